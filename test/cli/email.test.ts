/** `evergen email` without a job: summary and dry run, and what its options become. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSet, type SetOptions } from '../../src/cli/email/set-options';
import { sparkline } from '../../src/cli/email/sparkline';
import { eventsIn } from '../../src/scenarios/email/set';
import { season } from '../scenarios/email/full-set';
import { inProcess as evergen } from './in-process';

const NOW = new Date('2026-04-01T13:00:00Z');
const START = ['--seed', '1', '--start', '2026-01-01T00:00:00Z'];
const set = (options: SetOptions, kafka = false) => readSet(options, { kafka, now: NOW });
const problemsOf = (options: SetOptions): string => {
  try {
    set(options);
  } catch (failure) {
    return failure instanceof Error ? failure.message : '';
  }
  return '';
};
const nowhere = join('/', 'nowhere');

test('a dry run makes the bytes of the season itself, says so, and writes nothing', async () => {
  const { code, out } = await evergen(nowhere, 'email', '--dry-run', '--json', '--days', '10', ...START);

  const text = season({}, 10);
  expect(code).toBe(0);
  expect(JSON.parse(out.join('\n'))).toMatchObject({
    events: text.split('\n').length - 1,
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    repeat: 'email --days 10 --seed 1 --start 2026-01-01T00:00:00.000Z',
  });
  expect(existsSync(nowhere)).toBe(false);
});

test('the summary counts what the dry run makes: by type, persona and service, and says the hours', async () => {
  const { out } = await evergen(nowhere, 'email', '--summary', '--json', '--days', '10', ...START);
  const summary = JSON.parse(out.join('\n')) as { events: number } & Record<
    'types' | 'personas' | 'esps',
    Record<string, { events: number }>
  >;

  expect(summary.events).toBe(season({}, 10).split('\n').length - 1);
  for (const part of ['types', 'personas', 'esps'] as const) {
    expect(Object.values(summary[part]).reduce((sum, { events }) => sum + events, 0)).toBe(summary.events);
  }
  const words = (await evergen(nowhere, 'email', '--summary', '--days', '10', ...START)).out.join('\n');
  for (const name of ['opened', 'night_owl', 'postmark', 'nothing was written']) expect(words).toContain(name);
  expect(words).toMatch(/^opened .*█/m);
  expect(existsSync(nowhere)).toBe(false);
});

test.each([
  [['--count'], 100],
  [['--count', '1'], 1],
  [['--count', '2500'], 2500],
])('%j makes exactly %d events, the ids of the full set among them', async (words, events) => {
  const { out } = await evergen(nowhere, 'email', '--dry-run', '--json', ...words, ...START);
  const { size } = set({ count: String(events), start: START[3]! });

  expect(JSON.parse(out.join('\n'))).toMatchObject({ events });
  expect(size.recipients).toBeLessThan(50);
});

test('by default the season has ended at the last midnight, and goes to Kafka where brokers are named', () => {
  expect(set({}).asked.spec).toMatchObject({
    seed: 1,
    scenario: { name: 'email', options: { recipients: 1_000, days: 90, window: 'PT1H' } },
    load: { start: '2026-01-01T00:00:00.000Z', on_pause: 'catch_up' },
    sink: { name: 'disk' },
  });
  expect(set({}, true).asked.spec.sink).toMatchObject({ name: 'kafka', options: { topic: 'email-events' } });
  expect(set({ to: 'disk' }, true).to).toBe('disk');
});

test('a season that is not over is made in small pieces, as it comes', () => {
  expect(set({ start: '2026-03-31T00:00:00Z' }).asked.spec.scenario.options).toMatchObject({ window: 'PT5M' });
});

test('all problems are told at once, under the names of the options', () => {
  const said = problemsOf({ count: '0', days: 'many', recipients: '30000', seed: '-1', start: 'yesterday' });

  for (const option of ['--count', '--days', '--recipients', '--seed', '--start']) expect(said).toContain(option);
});

test.each<[SetOptions, string]>([
  [{ count: '0' }, '--count must be a whole number from 1 to 10000000, got 0'],
  [{ count: 'abc' }, '--count must be a whole number from 1 to 10000000, got "abc"'],
  [{ days: '0' }, '--days must be a whole number from 1 to 3650, got 0'],
  [{ recipients: '0' }, '--recipients must be a whole number from 1 to 20000, got 0'],
  [{ recipients: '20001' }, '--recipients must be a whole number from 1 to 20000, got 20001'],
])('%j is told what is allowed, and what it got', (options, words) => {
  expect(problemsOf(options)).toBe(words);
});

test.each<[string, SetOptions, string]>([
  ['a sink that nobody knows', { to: 'kafak' }, '--to must be disk, kafka'],
  ['a rate for a job, which is as fast as its sink', { rate: '50' }, '--rate goes with --to connector'],
  ['more than the largest season holds', { count: '9000000', days: '1' }, '--count 9000000 is more than 20000 recipients make in 1 days'],
])('%s is refused in words', (_, options, words) => {
  expect(problemsOf(options)).toContain(words);
});

test.each([
  ['90', '1'],
  ['3', '20'],
])('a count that %s days of %s recipients just hold is made, one more is refused with how many there are', (days, recipients) => {
  const start = START[3]!;
  const { identity } = set({ days, recipients, start });
  const there = eventsIn(identity, { days: Number(days), recipients: Number(recipients) });
  const counting = (count: number) => problemsOf({ count: String(count), days, recipients, start });

  expect(there).toBeGreaterThan(0);
  expect(counting(there)).toBe('');
  expect(counting(there + 1)).toMatch(new RegExp(`^--count ${String(there + 1)} is too many: .* get only ${String(there)} events?$`));
});

test.each(['kafka', 'kafka:mail'])(
  '--to %s without brokers and without a stack starts nothing: the job would pause at once',
  async (to) => {
    const { code, err } = await evergen(nowhere, 'email', '--to', to, '--count', '10');

    expect(code).toBe(2);
    expect(err).toBe(`--to ${to}: KAFKA_BOOTSTRAP is not set: host:port of the brokers, separated by commas`);
    expect(existsSync(nowhere)).toBe(false);
  },
);

test('dry run and summary exclude each other', async () => {
  expect((await evergen(nowhere, 'email', '--dry-run', '--summary')).code).toBe(2);
});

test('a sparkline is highest where the value is, and empty where there is nothing', () => {
  expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█');
});
