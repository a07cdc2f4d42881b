/**
 * Random jobs under random operators, against a schedule that is counted event by event. SCHEDULES says how many (default 1,000):
 * `SCHEDULES=10000 npm test -- schedule-properties`.
 */
import fc from 'fast-check';
import { changeTimeline } from '../../workflows/change';
import type { NamedPlan, Policy } from '../../workflows/messages';
import { schedulesOf, type Limits, type Pace, type StreamSchedule } from '../../workflows/schedule';
import { fresh } from '../../workflows/state';
import { NaiveStream, stepUs } from './naive-schedule';

const NUM_RUNS = Number(process.env['SCHEDULES'] ?? 1000);
jest.setTimeout(120_000);

const START_MS = Date.UTC(2026, 0, 1);
/** A worker's clock may be ahead of the workflow's by so much. */
const AHEAD_MS = 500;

/** From 0.1 to `most`, with up to three decimals. */
const decimal = (most: number) =>
  fc.tuple(fc.integer({ min: 100, max: most * 1000 }), fc.constantFrom(1, 10, 1000)).map(([n, d]) => Math.ceil(n / d) / (1000 / d));
const rate = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: decimal(12) },
  { weight: 4, arbitrary: decimal(120) },
);
const forUs = fc.oneof(
  fc.integer({ min: 50_000, max: 900_000 }),
  fc.integer({ min: 1, max: 40 }).map((n) => n * 100_000),
);
const stage = fc.tuple(rate, fc.oneof(fc.constant(null), rate), forUs).map(([from, to, us]) => ({ from, to: to ?? from, forUs: us }));
const size = fc.integer({ min: 0, max: 9 });
const ofRate = fc.record({ kind: fc.constant('rate' as const), rate, of: fc.constant(1), index: fc.constant(0) });
const ofStages = fc.record({
  kind: fc.constant('stages' as const),
  stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
  repeat: fc.boolean(),
  of: fc.constant(1),
  index: fc.constant(0),
});
const ofEvery = fc
  .tuple(fc.integer({ min: 50_000, max: 3_000_000 }), size, size)
  .map(([everyUs, a, b]) => ({ kind: 'every' as const, everyUs, min: Math.min(a, b), max: Math.max(a, b) }));
const pace: fc.Arbitrary<Pace> = fc.oneof(ofRate, ofStages, ofStages, ofEvery);
const unpaced: fc.Arbitrary<Pace> = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5000 }))
  .map(([batchSize, stepUs]) => ({ kind: 'unpaced' as const, batchSize, stepUs }));

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });
const limits: fc.Arbitrary<Limits> = fc.record({
  forUs: maybe(fc.integer({ min: 0, max: 12_000_000 })),
  events: maybe(fc.integer({ min: 0, max: 150 })),
  batches: maybe(fc.integer({ min: 0, max: 60 })),
});
const policy: fc.Arbitrary<Policy> = fc.constantFrom('hold', 'skip', 'catch_up');

const operation = fc.record({
  kind: fc.constantFrom('pause', 'standby', 'lag', 'pace', 'pause and pace'),
  afterMs: fc.integer({ min: 0, max: 2500 }),
  lengthMs: fc.integer({ min: 0, max: 2500 }),
  pace,
  /** How far each part is behind (or ahead of) the instant of the pause, ms; parts take turns. */
  behindMs: fc.array(fc.integer({ min: -AHEAD_MS, max: 3000 }), { minLength: 1, maxLength: 16 }),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const job = fc.record({
  pace: fc.oneof({ weight: 9, arbitrary: pace }, { weight: 1, arbitrary: unpaced }),
  limits,
  streams: fc.integer({ min: 1, max: 3 }),
  shards: fc.integer({ min: 1, max: 16 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  startMs: fc.integer({ min: -3000, max: 2000 }),
  onPause: policy,
  onLag: policy,
  operations: fc.array(operation, { maxLength: 5 }),
});
type Job = typeof job extends fc.Arbitrary<infer T> ? T : never;

const shared = (pace: Pace, of: number, index: number): Pace => ('of' in pace ? { ...pace, of, index } : pace);

function planOf({ pace, limits, streams, shards, seed, startMs, onPause, onLag }: Job): NamedPlan {
  const ended = pace.kind === 'unpaced' && limits.events === null && limits.batches === null ? { ...limits, batches: 7 } : limits;
  return {
    job: 'job',
    run: 'run',
    seed,
    startUs: (START_MS + startMs) * 1000,
    scenario: '',
    sink: '',
    spec: null,
    version: '',
    streams: Array.from({ length: streams }, (_, index) => ({ name: String(index), pace: shared(pace, streams, index), limits: ended })),
    shards,
    onPause,
    onLag,
  };
}

/** Applies the operations to the workflow's own state and to the naive streams; checks what has to hold at each of them. */
function operate(input: Job) {
  const plan = planOf(input);
  const state = fresh(plan, START_MS);
  const naive = plan.streams.map(({ pace, limits }, stream) => new NaiveStream(pace, limits, plan.seed, stream, plan.startUs ?? 0));
  const skipped = naive.map(() => ({ batches: 0, events: 0 }));
  const isPaced = input.pace.kind !== 'unpaced';
  let nowMs = START_MS;
  let sinceUs = START_MS * 1000;

  for (const { kind, afterMs, lengthMs, pace, behindMs } of input.operations) {
    if (!isPaced && kind.includes('pace')) continue;
    const askedMs = nowMs + afterMs;
    nowMs = askedMs + lengthMs;
    const before = schedulesOf(plan, state.timeline);
    state.parts.forEach((part, i) => {
      const schedule = before[part.stream]!;
      const due = isPaced ? schedule.firstDueAfter((askedMs - behindMs[i % behindMs.length]!) * 1000, 0) : i;
      while (part.next < Math.min(due, schedule.end)) part.next += plan.shards;
    });
    const committed = state.parts.map(({ stream, next }) => ({ stream, last: next - plan.shards })).filter(({ last }) => last >= 0);
    const lastDueUs = Math.max(
      -Infinity,
      ...committed.map(({ stream, last }) => (isPaced ? before[stream]!.batch(last).dueUs : -Infinity)),
    );
    const pauses = kind.includes('pause') || kind === 'standby';
    const entries = state.timeline.length;

    state.pausedAtMs = pauses ? askedMs : null;
    state.operatorPaused = kind.includes('pause');
    state.lag = kind === 'lag';
    state.paces = kind.includes('pace') ? plan.streams.map((_, index) => shared(pace, plan.streams.length, index)) : null;
    const paces = state.paces;
    changeTimeline(state, lastDueUs, nowMs);

    const cutUs = Math.max(pauses ? askedMs * 1000 : -Infinity, sinceUs, lastDueUs);
    const policies: Partial<Record<Operation['kind'], Policy>> = {
      standby: 'hold',
      pause: plan.onPause,
      'pause and pace': plan.onPause,
      lag: plan.onLag,
    };
    sinceUs = Math.max(nowMs * 1000, sinceUs, lastDueUs);
    if (isPaced)
      naive.forEach((stream, i) => {
        if (policies[kind] === 'hold') stream.hold(cutUs, nowMs * 1000);
        if (policies[kind] === 'skip') {
          const passed = stream.skip(cutUs, nowMs * 1000);
          skipped[i] = { batches: skipped[i]!.batches + passed.batches, events: skipped[i]!.events + passed.events };
        }
        if (paces !== null) stream.change(paces[i]!, sinceUs, stepUs(paces[i]!));
      });

    for (const { stream, from } of state.timeline.slice(entries)) {
      const last = Math.max(-1, ...committed.filter((part) => part.stream === stream).map((part) => part.last));
      expect(from).toBeGreaterThan(last);
    }
    expect(state.skipped).toEqual(skipped);
  }
  return { plan, state, naive, untilUs: nowMs * 1000 + 3e6 };
}

/** Batch by batch; and what holds of any schedule. */
function agree(schedule: StreamSchedule, naive: NaiveStream): void {
  const [found, expected]: [unknown[], unknown[]] = [[], []];
  let [firstEvent, dueUs] = [0, -Infinity];
  naive.made.forEach((batch, b) => {
    const made = schedule.batch(b);
    found.push([b, made.dueUs, made.firstEvent, ...Array.from({ length: made.events }, (_, i) => made.timeUs(i))]);
    expected.push([b, batch.dueUs, firstEvent, ...batch.timesUs]);
    if (made.dueUs < dueUs) throw new Error(`batch ${b} is due before the one before it`);
    [firstEvent, dueUs] = [firstEvent + batch.timesUs.length, made.dueUs];
  });
  expect(found).toEqual(expected);
  if (naive.over) expect(schedule.end).toBe(naive.made.length);
  else expect(schedule.end).toBeGreaterThan(naive.made.length);
}

test(`${NUM_RUNS} random schedules under random operators hold what a count event by event says`, () => {
  let batches = 0;
  fc.assert(
    fc.property(job, (input) => {
      const { plan, state, naive, untilUs } = operate(input);
      schedulesOf(plan, state.timeline).forEach((schedule, i) => {
        naive[i]!.advance(input.pace.kind === 'unpaced' ? Infinity : untilUs, 400);
        agree(schedule, naive[i]!);
        batches += naive[i]!.made.length;
      });
    }),
    { numRuns: NUM_RUNS },
  );
  // Else the generators above would have gone wrong: nothing is easier to agree on than nothing.
  expect(batches).toBeGreaterThan(NUM_RUNS * 10);
});

test('the first batch due after an instant is what a walk through the batches finds, after any operations', () => {
  fc.assert(
    fc.property(job, fc.integer({ min: -3000, max: 15_000 }), fc.nat(40), (input, ms, atLeast) => {
      fc.pre(input.pace.kind !== 'unpaced');
      const { plan, state } = operate(input);
      const us = (START_MS + ms) * 1000;
      for (const schedule of schedulesOf(plan, state.timeline)) {
        let b = Math.min(atLeast, schedule.end);
        while (b < schedule.end && b < 2000 && schedule.batch(b).dueUs <= us) b++;
        if (b < 2000) expect(schedule.firstDueAfter(us, atLeast)).toBe(b);
      }
    }),
    { numRuns: NUM_RUNS / 10 },
  );
});
