import fc from 'fast-check';
import { UserError } from '../../src/spec/failures';
import { parseJobSpec, wireSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import type { Plan } from '../../workflows/messages';
import { begin, schedulesOf, type Entry, type Pace } from '../../workflows/schedule';
import { changePace, hold, skip } from '../../workflows/timeline';

const START = Date.parse('2026-01-05T23:10:00Z') * 1000;
const naming = { job: 'nightly', run: '20260105T231000.000Z', version: '0.0.0' };

function planOfLoad(load: object, more: object = {}): Plan {
  const spec = { scenario: 'crisis', sink: 'drop', seed: 42, load: { start: '2026-01-05T23:10:00Z', ...load }, ...more };
  return planOf(parseJobSpec(spec), naming);
}

const scheduled = ({ seed, streams }: Plan) => ({ seed: seed ?? 0, streams });
const untouched = (plan: Plan) => begin(plan.streams, START);

/** The problems of a specification with this timeline. */
function problemsOf(load: object, timeline: object[], more: object = {}): { path: string; message: string }[] {
  try {
    planOfLoad(load, { timeline, ...more });
    return [];
  } catch (error) {
    if (error instanceof UserError) return [...error.problems];
    throw error;
  }
}

const paces = fc.oneof(
  fc.constantFrom(0, 0.5, 7, 20, 33.3, 500).map((rate): Pace => ({ kind: 'rate', rate, of: 1, index: 0 })),
  fc.constantFrom(1, 4).map((max): Pace => ({ kind: 'every', everyUs: 250_000, min: 1, max })),
);
const change = fc.record({
  what: fc.oneof(fc.constantFrom('hold' as const, 'skip' as const), paces),
  after: fc.integer({ min: 0, max: 3_000_000 }),
  length: fc.integer({ min: 0, max: 2_000_000 }),
});

/** As the machine does: one cut after the other, each change when everything due at the cut is made. */
function touched(plan: Plan, changes: { what: 'hold' | 'skip' | Pace; after: number; length: number }[]): Entry[] {
  let timeline = untouched(plan);
  let nowUs = START;
  for (const { what, after, length } of changes) {
    const cut = nowUs + after;
    nowUs = cut + length;
    const on = scheduled(plan);
    if (what === 'hold') timeline = [...timeline, ...hold(on, timeline, cut, nowUs)];
    else if (what === 'skip') timeline = [...timeline, ...skip(on, timeline, cut, nowUs).entries];
    else timeline = [...timeline, ...changePace(on, timeline, cut, nowUs, [what])];
  }
  return timeline;
}

const loads = fc.constantFrom<object>(
  { pace: { rate: 20 }, for: '20s' },
  { pace: { rate: 3 }, events: 40 },
  { pace: { every: '250ms', batch_size: { min: 0, max: 5 } }, batches: 30 },
  {
    pace: {
      stages: [
        { rate: { from: 0, to: 60 }, for: '4s' },
        { rate: 5, for: '2s' },
      ],
      repeat: true,
    },
    for: '15s',
  },
);

test('whatever was done to a run, its timeline is accepted and lays the same batches at the same instants', () => {
  fc.assert(
    fc.property(loads, fc.array(change, { maxLength: 6 }), (load, changes) => {
      const timeline = touched(planOfLoad(load), changes);
      const again = planOfLoad(load, { timeline: JSON.parse(JSON.stringify(timeline)) as object[] });
      expect(again.timeline).toEqual(timeline);
      const [one, other] = [schedulesOf(scheduled(planOfLoad(load)), timeline)[0], schedulesOf(scheduled(again), again.timeline ?? [])[0]];
      expect(other?.end).toBe(one?.end);
      for (let b = 0; b < Math.min(one?.end ?? 0, 200); b++) expect(other?.batch(b).dueUs).toBe(one?.batch(b).dueUs);
    }),
    { numRuns: 300 },
  );
});

test('a stop ends the run where it ended, and the specification is read to the same again', () => {
  const load = { pace: { rate: 20 }, for: '20s' };
  const timeline = [...untouched(planOfLoad(load)), { stream: 0, from: 7, cause: 'stop' }];
  const plan = planOfLoad(load, { timeline });
  expect(plan.streams[0]?.limits.batches).toBe(7);
  expect(schedulesOf(scheduled(plan), plan.timeline ?? [])[0]?.end).toBe(7);
  const spec = parseJobSpec(plan.spec);
  expect(spec.timeline).toEqual(timeline);
  expect(parseJobSpec(wireSpec(spec))).toEqual(spec);
});

const load = { pace: { rate: 20 }, for: '20s' };
const whole = () =>
  touched(planOfLoad(load), [
    { what: 'hold', after: 1_000_000, length: 500_000 },
    { what: { kind: 'rate', rate: 7, of: 1, index: 0 }, after: 1_000_000, length: 0 },
  ]);
const at = (index: number, changes: object) => whole().map((entry, i) => (i === index ? { ...entry, ...changes } : entry));

test.each<[string, object[], string]>([
  ['no start', whole().slice(1), '/timeline/0'],
  ['another start than that of the load', at(0, { atUs: START + 1 }), '/timeline/0'],
  ['a second start', at(1, { cause: 'start' }), '/timeline/1'],
  ['a hold that leaves batches out', at(1, { n: -1 }), '/timeline/1'],
  ['a hold that changes the pace', at(1, { pace: { kind: 'rate', rate: 1, of: 1, index: 0 } }), '/timeline/1'],
  ['a hold that brings batches forward', at(1, { atUs: START }), '/timeline/1'],
  ['a skip that moves instants', at(1, { cause: 'skip' }), '/timeline/1'],
  ['an entry before the one it ends', at(2, { from: 0, n: 0 }), '/timeline/2'],
  ['a wrong count of events', at(2, { events: 1 }), '/timeline/2'],
  ['a pace that is none', at(2, { pace: { kind: 'every', everyUs: 0, min: 1, max: 1 } }), '/timeline/2'],
  ["another stream's share", at(2, { pace: { kind: 'rate', rate: 7, of: 2, index: 1 } }), '/timeline/2'],
  ['a stream that is not there', [...whole(), { stream: 1, from: 3, cause: 'stop' }], '/timeline/3/stream'],
  ['nothing', [], '/timeline'],
  ['an unknown key', at(0, { note: 'x' }), '/timeline/0/note'],
])('%s is refused at its place: such a run there never was', (_, timeline, path) => {
  expect(problemsOf(load, timeline).map((problem) => problem.path)).toContain(path);
});

test('a timeline belongs to a seed and a start', () => {
  expect(problemsOf(load, whole(), { seed: undefined })).toMatchObject([{ path: '/seed' }]);
  expect(problemsOf({ ...load, start: undefined }, whole())).toMatchObject([{ path: '/load/start' }]);
});
