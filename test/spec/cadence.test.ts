import type * as Scenarios from '../../src/scenarios';
import type * as Registry from '../../src/registry';
import { begin } from '../../workflows/schedule';
import { hold } from '../../workflows/timeline';
import { readPace, pacesIn } from '../../workflows/pace-input';
import { jobBodyOf } from '../../src/jobs/job-body';
import { unanswered } from '../../src/jobs/merge';
import { parseJobSpec, wireSpec } from '../../src/spec/job-spec';
import { parsePace } from '../../src/spec/pace-numbers';
import { planOf } from '../../src/spec/plan';
import { fixedNow, preview } from '../../src/spec/preview';
import type * as Tides from '../support/tides';
import { problemsOf } from './problems';

jest.mock('../../src/scenarios', () => {
  const { scenarios } = jest.requireActual<typeof Scenarios>('../../src/scenarios');
  const { createRegistry } = jest.requireActual<typeof Registry>('../../src/registry');
  const { tides } = jest.requireActual<typeof Tides>('../support/tides');
  return { scenarios: createRegistry('scenario', [...scenarios.plugins, tides]) };
});

const START = '2026-01-01T00:00:00.000Z';
const START_MS = Date.parse(START);
const spec = (more: object = {}, options: object = {}) =>
  parseJobSpec({ scenario: { name: 'tides', ...options }, sink: 'drop', seed: 1, ...more });
const plan = (load: object = {}, options: object = {}) =>
  fixedNow(planOf(spec({ load: { start: START, ...load } }, options), { job: 'j', run: 'r', version: '1' }), new Date(START_MS));

test('a scenario with a cadence of its own needs no load, and its streams have their own pace', () => {
  expect(planOf(spec(), { job: 'j', run: 'r', version: '1' }).streams).toEqual([
    {
      name: 'gauge-0',
      pace: { kind: 'every', everyUs: 10e6, min: 3, max: 3 },
      ownPace: true,
      limits: { forUs: null, events: null, batches: null },
    },
    {
      name: 'gauge-1',
      pace: { kind: 'every', everyUs: 20e6, min: 3, max: 3 },
      ownPace: true,
      limits: { forUs: null, events: null, batches: null },
    },
  ]);
  expect(parseJobSpec(JSON.parse(JSON.stringify(wireSpec(spec()))))).toEqual(spec());
});

test('limits of time and batches hold, the closer one of scenario and specification', () => {
  expect(plan({ for: '1m', batches: 7 }).streams.map(({ limits }) => limits)).toEqual([
    { forUs: 60e6, events: null, batches: 4 },
    { forUs: 60e6, events: null, batches: 3 },
  ]);
  expect(plan({ batches: 4 }, { unpaced: true }).streams.map(({ limits }) => limits.batches)).toEqual([2, 2]);
  expect(plan({}, { unpaced: true }).streams.map(({ limits }) => limits.batches)).toEqual([5, 5]);
});

test.each([
  ['a pace', { load: { pace: { rate: 5 } } }, {}, { '/load/pace': /^is not for tides, which has a cadence of its own/ }],
  ['a number of events', { load: { events: 5 } }, {}, { '/load/events': /allowed: for, batches/ }],
  [
    'what has no meaning without instants',
    { load: { for: '1m', on_lag: 'skip' } },
    { unpaced: true },
    { '/load/for': /no schedule time/, '/load/on_lag': /no instants to skip/ },
  ],
  [
    'all of it at once',
    { load: { events: 5, pace: { rate: 5 } }, shards: 0 },
    { gauges: 3 },
    {
      '/scenario/gauges': /./,
      '/load/pace': /./,
      '/load/events': /./,
      '/shards': /./,
    },
  ],
])('%s is refused in words', (_, more, options, expected) => {
  const problems = Object.fromEntries(problemsOf(() => spec(more, options)).map(({ path, message }) => [path, message]));
  expect(Object.keys(problems).sort()).toEqual(Object.keys(expected).sort());
  for (const [path, words] of Object.entries(expected)) expect(problems[path]).toMatch(words);
});

test('another scenario still needs a pace', () => {
  expect(problemsOf(() => parseJobSpec({ scenario: 'crisis', sink: 'drop' }))).toEqual([
    { path: '/load/pace', message: 'is missing: an object with rate, or every and batch_size, or stages, or unpaced' },
  ]);
});

test('nobody changes the pace: not by a call, not by an update, not by a signal, not by a timeline', () => {
  const { streams, scenario } = plan();
  expect(problemsOf(() => parsePace({ rate: 5 }, { streams, scenario }))[0]?.message).toBe(
    'cannot be changed: tides has a cadence of its own',
  );
  expect(() => readPace({ rate: 5 }, streams)).toThrow(/cadence of its own/);
  expect(pacesIn({ paces: streams.map(({ pace }) => pace) }, streams)).toBeNull();
  const [first, second] = begin(streams, START_MS * 1000);
  const changed = { ...first!, from: 2, n: 2, originUs: 30e6, events: 6, cause: 'pace' as const };
  const repeated = () => planOf(spec({ load: { start: START }, timeline: [first, second, changed] }), { job: 'j', run: 'r', version: '1' });
  expect(problemsOf(repeated)[0]?.message).toMatch(/no operator can change it/);
});

test('a run with a pause can be done again', () => {
  const made = plan();
  const begun = begin(made.streams, made.startUs);
  const timeline = [...begun, ...hold({ seed: 1, streams: made.streams }, begun, made.startUs + 15e6, made.startUs + 95e6)];
  const again = planOf(spec({ load: { start: START }, timeline }), { job: 'j', run: 'r', version: '1' });
  expect(again.timeline).toEqual(timeline);
});

test('the status shows the pace of each stream, and counts as due what was made and about what is still to be made', () => {
  const made = plan();
  const totals = { batches: 2, emitted: 6, valid: 6, corrupted: 0, rejected: 0, bytes: 60, lateness: [], latenessMaxMs: 0 };
  const status = { ...unanswered(made, 'running' as const, START_MS), timeline: begin(made.streams, made.startUs) };
  // Of gauge-0 batches 0, 1 and 2 are due, of gauge-1 0 and 1: of each the first is made, whose two events the schedule thought three.
  status.parts = status.parts.map((part) => ({ ...part, next: 1, totals: { ...totals, batches: 1, emitted: 2, valid: 2 } }));
  const body = jobBodyOf(
    { status, worker: 'here', lastError: null, execution: null },
    { outputOf: () => ({ kind: 'drop' }), webUiUrl: () => null },
    START_MS + 20_000,
  );
  expect(body.pace).toEqual({
    streams: { 'gauge-0': { every: 'PT10S', batch_size: 3 }, 'gauge-1': { every: 'PT20S', batch_size: 3 } },
  });
  expect([body.streams['gauge-0']?.scheduled, body.streams['gauge-1']?.scheduled, body.totals.scheduled]).toEqual([2 + 6, 2 + 3, 13]);
});

test('a preview shows what the batches hold, whatever the schedule thinks', async () => {
  const { events } = await preview(plan({}, { gauges: 1 }), 8);
  expect(events.map(({ batch, i }) => [batch, i])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [1, 2],
    [1, 3],
    [2, 0],
    [2, 1],
  ]);
});
