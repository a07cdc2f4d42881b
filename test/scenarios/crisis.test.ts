import { createHash } from 'node:crypto';
import { crisis } from '../../src/scenarios/crisis';
import { addressOf, IDENTITY, run } from './batch';
import { chiSquareZ, countsOf } from '../fields/statistics';

const N = 100_000;
const streams = crisis.streams({}, IDENTITY);
const intakes = streams[0]!;
const make = (events: number, batch = 0) => run(intakes.fill, addressOf(streams, 'intakes', batch, IDENTITY, events));

interface Intake {
  event_id: string;
  event_time_ms: number;
  channel: string;
  county: string;
  presenting_problem: string;
  risk_level: string;
  disposition: string;
  language: string;
  age: number;
  wait_time_sec: number;
  call_duration_sec: number;
  prior_contacts_90d: number;
  suicidal_ideation: number;
  homicidal_ideation: number;
  substance_use: number;
}
const all = make(N).lines.map((line) => JSON.parse(line) as Intake);

/** Share of those for whom `is` holds among those for whom `among` holds. With some 1,000 of them the standard error is at most 0.016. */
function share(is: (intake: Intake) => boolean, among: (intake: Intake) => boolean = () => true): number {
  const those = all.filter(among);
  expect(those.length).toBeGreaterThan(500);
  return those.filter(is).length / those.length;
}
const median = (field: 'wait_time_sec' | 'call_duration_sec', channel: string) => {
  const sorted = all.filter((intake) => intake.channel === channel).map((intake) => intake[field]);
  return sorted.sort((a, b) => a - b)[Math.floor(sorted.length / 2)]!;
};

const ENUMERATIONS = {
  channel: ['988_call', 'mobile_team', 'walk_in', 'ER_referral'],
  county: ['Los Angeles', 'San Diego', 'Orange', 'Santa Clara', 'Alameda', 'Sacramento'],
  presenting_problem: ['suicidal_thoughts', 'panic_attack', 'psychosis', 'overdose_risk', 'DV_related', 'withdrawal'],
  risk_level: ['low', 'moderate', 'high', 'imminent'],
  disposition: ['phone_stabilized', 'urgent_clinic', 'mobile_team_dispatched', '911_transfer', 'ER_referred'],
  language: ['en', 'es', 'zh', 'vi', 'tl'],
  suicidal_ideation: [0, 1],
  homicidal_ideation: [0, 1],
  substance_use: [0, 1],
} as const;
const RANGES = { age: [13, 85], wait_time_sec: [0, 300], call_duration_sec: [30, 1200], prior_contacts_90d: [0, 5] } as const;

test('the bytes of a fixed identity never change: a change here means scenario version + 1', () => {
  const { text } = make(1_000);
  expect(crisis.version).toBe(1);
  expect(createHash('sha256').update(text).digest('hex')).toBe('d675c10f1e2d63cbdebbb2bf3489b05b9f50a89b5eb0a9282d87766fa8f810b3');
});

test('an event has the fields of the original document in its order', () => {
  expect(Object.keys(all[0]!)).toEqual([
    'event_id',
    'event_time_ms',
    'channel',
    'county',
    'presenting_problem',
    'risk_level',
    'disposition',
    'language',
    'age',
    'wait_time_sec',
    'call_duration_sec',
    'prior_contacts_90d',
    'suicidal_ideation',
    'homicidal_ideation',
    'substance_use',
  ]);
});

test.each(Object.entries(ENUMERATIONS))('%s has the values of the original, each within 100,000 events and no other', (field, values) => {
  expect(new Set(all.map((intake) => intake[field as keyof Intake]))).toEqual(new Set<unknown>(values));
});

test.each(Object.entries(RANGES))('%s is an integer that fills its range from end to end', (field, [min, max]) => {
  const values = all.map((intake) => intake[field as keyof typeof RANGES]);
  expect(values.every((value) => Number.isInteger(value) && value >= min && value <= max)).toBe(true);
  const twentieth = (max - min) / 20;
  expect(values.filter((value) => value <= min + twentieth).length).toBeGreaterThan(50);
  expect(values.filter((value) => value >= max - twentieth).length).toBeGreaterThan(50);
});

test('channels and counties have the weights of the model card', () => {
  const counts = (field: 'channel' | 'county') =>
    countsOf(
      all.map((intake) => intake[field]),
      [...ENUMERATIONS[field]],
    );
  expect(Math.abs(chiSquareZ(counts('channel'), [58, 16, 12, 14]))).toBeLessThan(4);
  expect(Math.abs(chiSquareZ(counts('county'), [9663, 3270, 3136, 1878, 1622, 1584]))).toBeLessThan(4);
});

test('the risk depends on the presenting problem: an overdose is imminent ten times as often as a panic attack', () => {
  const imminent = (problem: string) =>
    share(
      (i) => i.risk_level === 'imminent',
      (i) => i.presenting_problem === problem,
    );
  expect(Math.abs(imminent('overdose_risk') - 0.2)).toBeLessThan(0.02);
  expect(Math.abs(imminent('suicidal_thoughts') - 0.1)).toBeLessThan(0.02);
  expect(Math.abs(imminent('panic_attack') - 0.02)).toBeLessThan(0.01);
});

test.each([
  ['suicidal_ideation', 'suicidal_thoughts', 0.92, 'panic_attack', 0.12],
  ['homicidal_ideation', 'psychosis', 0.11, 'panic_attack', 0.01],
  ['substance_use', 'withdrawal', 0.97, 'panic_attack', 0.16],
] as const)('%s depends on the presenting problem', (flag, often, high, seldom, low) => {
  const flagged = (problem: string) =>
    share(
      (i) => i[flag] === 1,
      (i) => i.presenting_problem === problem,
    );
  expect(Math.abs(flagged(often) - high)).toBeLessThan(0.02);
  expect(Math.abs(flagged(seldom) - low)).toBeLessThan(0.02);
});

test('the disposition depends on risk and channel: only calls of low risk end on the phone, only imminent ones with 911', () => {
  const ends = (disposition: string, risk: string, channel: string) =>
    share(
      (i) => i.disposition === disposition,
      (i) => i.risk_level === risk && i.channel === channel,
    );
  expect(Math.abs(ends('phone_stabilized', 'low', '988_call') - 0.88)).toBeLessThan(0.03);
  expect(Math.abs(ends('phone_stabilized', 'imminent', '988_call') - 0.05)).toBeLessThan(0.03);
  expect(Math.abs(ends('911_transfer', 'imminent', '988_call') - 0.43)).toBeLessThan(0.04);
  expect(Math.abs(ends('urgent_clinic', 'low', 'walk_in') - 0.63)).toBeLessThan(0.04);
  expect(Math.abs(ends('ER_referred', 'imminent', 'ER_referral') - 0.61)).toBeLessThan(0.06);
});

test('wait and call length depend on the channel', () => {
  expect(Math.abs(median('wait_time_sec', '988_call') - 35)).toBeLessThan(3);
  expect(Math.abs(median('wait_time_sec', 'mobile_team') - 140)).toBeLessThan(8);
  expect(median('call_duration_sec', 'ER_referral')).toBeLessThan(330);
  expect(median('call_duration_sec', 'mobile_team')).toBeGreaterThan(680);
});

test('the language depends on the county', () => {
  const speaks = (language: string, county: string) =>
    share(
      (i) => i.language === language,
      (i) => i.county === county,
    );
  expect(Math.abs(speaks('es', 'Los Angeles') - 0.3)).toBeLessThan(0.02);
  expect(Math.abs(speaks('vi', 'Orange') - 0.08)).toBeLessThan(0.02);
  expect(Math.abs(speaks('vi', 'Los Angeles') - 0.015)).toBeLessThan(0.01);
  expect(Math.abs(speaks('zh', 'Alameda') - 0.11)).toBeLessThan(0.02);
});

test('what the model card calls independent is independent: chance alone links county and channel', () => {
  const table = ENUMERATIONS.county.flatMap((county) =>
    ENUMERATIONS.channel.map((channel) => all.filter((i) => i.county === county && i.channel === channel).length),
  );
  const shares = ENUMERATIONS.county.flatMap((county) =>
    ENUMERATIONS.channel.map((channel) => share((i) => i.county === county) * share((i) => i.channel === channel)),
  );
  expect(chiSquareZ(table, shares)).toBeLessThan(4);
});

test('no event id is drawn twice, over batches too', () => {
  const ids = [0, 1, 2].flatMap((batch) => make(50_000, batch).keys);
  expect(new Set(ids).size).toBe(ids.length);
});
