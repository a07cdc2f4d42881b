import { createHash } from 'node:crypto';
import { tutoring } from '../../src/scenarios/tutoring';
import { EVENT_TYPES, LEVELS, SESSION_TYPES, SUBJECTS, type TutoringEvent } from '../../src/scenarios/tutoring/event';
import { chiSquareZ, countsOf } from '../fields/statistics';
import { addressOf, IDENTITY, run } from './batch';

const streams = tutoring.streams(tutoring.options.parse({}), IDENTITY);
const make = (events: number, batch = 0) => run(streams[0]!.fill, addressOf(streams, 'events', batch, IDENTITY, events));
const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as TutoringEvent);

const all = parsed(make(60_000).lines);
function ofType<Type extends TutoringEvent['event_type']>(type: Type, events = all) {
  return events.flatMap((event) =>
    event.event_type === type ? [event.payload as Extract<TutoringEvent, { event_type: Type }>['payload']] : [],
  );
}

test('the bytes of a fixed identity never change: a change here means scenario version + 1', () => {
  expect(tutoring.version).toBe(1);
  expect(createHash('sha256').update(make(1_000).text).digest('hex')).toBe(
    'a7557e5ed86f74524f4c08f37e17e35f65b377d435ff855e1bb6f9e89bfce7ab',
  );
});

test.each([
  ['session_started', 'session_id student_id tutor_id subject session_type scheduled_duration_minutes'],
  [
    'session_completed',
    'session_id student_id tutor_id subject actual_duration_minutes student_rating tutor_rating completed_successfully',
  ],
  ['ib_call_logged', 'call_id student_id reason duration_seconds resolved priority'],
  ['tutor_availability_updated', 'tutor_id available_hours_this_week subjects timezone accepts_instant_book'],
  [
    'customer_health_update',
    'student_id sessions_last_7_days sessions_last_30_days ib_calls_last_14_days avg_session_rating health_score churn_risk',
  ],
  ['supply_demand_update', 'subject region available_tutors active_students demand_score supply_score balance_status'],
] as const)('%s has the keys of the original document in its order', (type, keys) => {
  const { event_type, ...rest } = all.find((event) => event.event_type === type)!;
  expect([event_type, ...Object.keys(rest), Object.keys(rest.payload).join(' ')]).toEqual([type, 'payload', `timestamp source ${keys}`]);
});

test('the six types come equally often, as do the values that the original chooses from', () => {
  const even = (values: readonly (string | number)[], of: readonly (string | number)[]) =>
    Math.abs(
      chiSquareZ(
        countsOf(values, [...of]),
        of.map(() => 1),
      ),
    );
  expect(
    even(
      all.map(({ event_type }) => event_type),
      EVENT_TYPES,
    ),
  ).toBeLessThan(4);
  expect(
    even(
      ofType('session_started').map(({ session_type }) => session_type),
      SESSION_TYPES,
    ),
  ).toBeLessThan(4);
  expect(
    even(
      ofType('session_started').map(({ scheduled_duration_minutes: minutes }) => minutes),
      [30, 60, 90],
    ),
  ).toBeLessThan(4);
  expect(
    even(
      ofType('customer_health_update').map(({ churn_risk }) => churn_risk),
      LEVELS,
    ),
  ).toBeLessThan(4);
  expect(
    even(
      ofType('supply_demand_update').map(({ subject }) => subject),
      SUBJECTS,
    ),
  ).toBeLessThan(4);
  const { length } = ofType('supply_demand_update');
  expect(Math.abs(ofType('supply_demand_update').filter((one) => one.balance_status === 'balanced').length / length - 1 / 3)).toBeLessThan(
    0.02,
  );
});

test.each([
  ['sessions that end well', ofType('session_completed').map((one) => one.completed_successfully), 0.9],
  ['calls that are resolved', ofType('ib_call_logged').map((one) => one.resolved), 0.7],
  ['tutors who accept instant booking', ofType('tutor_availability_updated').map((one) => one.accepts_instant_book), 0.5],
  ['students who give 5 points', ofType('session_completed').map((one) => one.student_rating === 5), 1 / 3],
] as const)('of %s there are as many as in the original', (_, flags, share) => {
  expect(Math.abs(flags.filter(Boolean).length / flags.length - share)).toBeLessThan(0.02);
});

test('a completion belongs to the longest open session of the run: same id, student, tutor and subject, each session once', () => {
  const events = parsed(make(500).lines);
  const open: ReturnType<typeof ofType<'session_started'>> = [];
  let belonging = 0;
  for (const { event_type, payload } of events) {
    if (event_type === 'session_started') open.push(payload);
    if (event_type !== 'session_completed') continue;
    const began = open.shift();
    if (began === undefined) {
      expect(events.some((other) => other.event_type === 'session_started' && other.payload.session_id === payload.session_id)).toBe(false);
      expect(Date.parse(payload.timestamp) - Number(payload.session_id.split('_')[1])).toBe(payload.actual_duration_minutes * 60_000);
      continue;
    }
    belonging++;
    for (const key of ['session_id', 'student_id', 'tutor_id', 'subject'] as const) expect(payload[key]).toBe(began[key]);
    expect(Date.parse(began.timestamp)).toBe(Number(payload.session_id.split('_')[1]));
    const over = payload.actual_duration_minutes - began.scheduled_duration_minutes;
    expect(payload.completed_successfully ? Math.abs(over) <= 5 : over < 0).toBe(true);
  }
  expect(belonging).toBeGreaterThan(0.7 * ofType('session_completed', events).length);
});

test('the same events in batches of another size are the same events, sessions and their instants included', () => {
  const small = [...Array(30).keys()].flatMap((batch) => make(7, batch).lines);
  expect(small).toEqual(make(210).lines);
  expect(make(100, 25).lines).toEqual(make(2_600).lines.slice(2_500));
});

test('health score and risk agree, and what a customer does agrees with both', () => {
  const customers = ofType('customer_health_update');
  const mean = (risk: string, field: 'sessions_last_30_days' | 'ib_calls_last_14_days' | 'avg_session_rating') => {
    const those = customers.filter(({ churn_risk }) => churn_risk === risk);
    return those.reduce((sum, one) => sum + one[field], 0) / those.length;
  };
  for (const { health_score, churn_risk } of customers)
    expect(churn_risk).toBe(health_score > 60 + 80 / 3 ? 'low' : health_score > 60 + 40 / 3 ? 'medium' : 'high');
  expect(mean('low', 'sessions_last_30_days')).toBeGreaterThan(3 * mean('high', 'sessions_last_30_days'));
  expect(mean('low', 'avg_session_rating')).toBeGreaterThan(mean('high', 'avg_session_rating') + 0.8);
  expect(mean('high', 'ib_calls_last_14_days')).toBeGreaterThan(2 * mean('low', 'ib_calls_last_14_days'));
  expect(customers.every((one) => one.sessions_last_7_days <= one.sessions_last_30_days)).toBe(true);
});

test('supply, demand and balance agree, and tutors and students with them', () => {
  const disagreeing = ofType('supply_demand_update').filter((one) => {
    const excess = one.demand_score - one.supply_score;
    const balance = Math.abs(excess) <= 9.2 ? 'balanced' : excess > 0 ? 'high_demand' : 'oversupplied';
    const tutors = Math.abs((one.available_tutors - 5) / 95 - (one.supply_score - 50) / 50);
    const students = Math.abs((one.active_students - 10) / 490 - (one.demand_score - 50) / 50);
    return one.balance_status !== balance || tutors > 0.11 || students > 0.11;
  });
  expect(disagreeing).toEqual([]);
});

test('a tutor has one time zone and two subjects, in sessions too; nobody without hours accepts instant booking', () => {
  const updates = ofType('tutor_availability_updated');
  const known = new Map(updates.map((one) => [one.tutor_id, one]));
  const changed = updates.filter(({ tutor_id, subjects, timezone }) => {
    const first = known.get(tutor_id)!;
    return subjects.join() !== first.subjects.join() || timezone !== first.timezone || new Set(subjects).size < 2;
  });
  const strange = ofType('session_started').filter(({ tutor_id, subject }) => known.get(tutor_id)?.subjects.includes(subject) === false);
  expect([changed, strange]).toEqual([[], []]);
  expect(updates.filter((one) => one.available_hours_this_week === 0 && one.accepts_instant_book)).toEqual([]);
});

test.each([
  ['session_completed', 'actual_duration_minutes', 20, 95],
  ['session_completed', 'student_rating', 3, 5],
  ['ib_call_logged', 'duration_seconds', 60, 600],
  ['tutor_availability_updated', 'available_hours_this_week', 0, 40],
  ['customer_health_update', 'sessions_last_7_days', 0, 10],
  ['customer_health_update', 'sessions_last_30_days', 0, 40],
  ['customer_health_update', 'ib_calls_last_14_days', 0, 5],
  ['customer_health_update', 'avg_session_rating', 3, 5],
  ['customer_health_update', 'health_score', 60, 100],
  ['supply_demand_update', 'available_tutors', 5, 100],
  ['supply_demand_update', 'active_students', 10, 500],
  ['supply_demand_update', 'demand_score', 50, 100],
  ['supply_demand_update', 'supply_score', 50, 100],
] as const)('%s: %s fills the range of the original from end to end', (type, field, min, max) => {
  const values = ofType(type).map((payload) => (payload as unknown as Record<string, number>)[field]!);
  expect([Math.min(...values), Math.max(...values)]).toEqual([min, max]);
});

test('how many streams the events belong to changes no event', () => {
  const [other] = tutoring.streams(tutoring.options.parse({ stream_count: 100 }), IDENTITY);
  expect(run(other!.fill, addressOf(streams, 'events', 3)).text).toBe(run(streams[0]!.fill, addressOf(streams, 'events', 3)).text);
});
