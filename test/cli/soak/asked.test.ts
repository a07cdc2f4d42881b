import { readAsked, type SoakOptions } from '../../../src/cli/soak/asked';

const asked = (argument: string | undefined, options: SoakOptions, document = '') =>
  readAsked(argument, options, 99, () => Promise.resolve(document));

test('a name, a length and nothing else is enough: 30 kills of all that the job needs, the seed draws plan and events', async () => {
  const { spec, wishes } = await asked('crisis', { for: '10m' });

  expect(wishes).toEqual({
    ...{ seed: 99, forMs: 600_000, kills: 30, freezes: 10, actions: 10, zombies: 5, workers: 2 },
    what: ['worker', 'temporal', 'facade'],
  });
  expect(spec).toMatchObject({ seed: 99, load: { for: 'PT10M', pace: { rate: 10 } } });
  expect((await asked('crisis', { for: '10m', to: 'kafka' })).wishes.what).toContain('broker');
});

test("a specification's own seed stays, its own limits make way, and that is said", async () => {
  const document = '{scenario: crisis, seed: 5, sink: disk, load: {pace: {rate: 10}, for: 1h, events: 9, start: 2026-01-01T00:00:00Z}}';
  const { spec, notes } = await asked('-', { for: 'PT1M' }, document);

  expect(spec.seed).toBe(5);
  expect(spec.load).toMatchObject({ for: 'PT1M' });
  expect(spec.load).not.toHaveProperty('events');
  expect(notes.join()).toContain('load.events, load.start, load.for: left out');
});

test('everything that is wrong is told at once, of the options and of the specification', async () => {
  const wrong = asked(
    '-',
    { for: '3s', kills: '-1', what: 'worker,brocker', workers: '0', seed: 'x' },
    '{scenario: crisis, load: {pace: {rate: -1}}, sink: disk}',
  );

  for (const part of [
    '--for must be a duration of at least PT10S',
    '--kills must',
    "'broker'?",
    '--workers must',
    '--seed must',
    'rate must be',
  ])
    await expect(wrong).rejects.toThrow(part);
});

test.each([
  ['http', '{scenario: crisis, load: {pace: {rate: 1}}, sink: {name: http, url: "http://localhost:1"}}', 'sink must be disk or kafka'],
  ['other brokers', '{scenario: crisis, load: {pace: {rate: 1}}, sink: {name: kafka, target: x}}', 'sink.target must be left out'],
  ['at least once', '{scenario: crisis, load: {pace: {rate: 1}}, sink: {name: kafka, delivery: at_least_once}}', 'must be exactly_once'],
  ['no instants', '{scenario: crisis, load: {pace: {unpaced: {batch_size: 9, step: 1ms}}, events: 99}, sink: disk}', 'must not be unpaced'],
])('what a soak cannot judge is refused before anything is started: %s', async (_, document, message) => {
  await expect(asked('-', { for: '1m' }, document)).rejects.toThrow(message);
});

test('a zombie needs a successor: with one worker there is none, and asking for it is refused', async () => {
  expect((await asked('crisis', { for: '1m', workers: '1' })).wishes.zombies).toBe(0);
  expect((await asked('crisis', { for: '1m', what: 'temporal' })).wishes.zombies).toBe(0);
  await expect(asked('crisis', { for: '1m', workers: '1', zombies: '2' })).rejects.toThrow('--zombies need --workers 2 or more');
});

test('length and specification are missing: both are said', async () => {
  await expect(asked(undefined, {})).rejects.toThrow(/--for is missing[^]*SPEC is missing/);
});
