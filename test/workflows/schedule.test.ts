import fc from 'fast-check';
import { fraction } from '../../workflows/exact';
import { begin, scheduleOf, schedulesOf, type Entry, type Limits, type Pace } from '../../workflows/schedule';
import { changePace, hold, skip } from '../../workflows/timeline';

const START_US = Date.UTC(2026, 0, 1) * 1000;
const unlimited: Limits = { forUs: null, events: null, batches: null };
const jobOf = (pace: Pace, limits: Partial<Limits> = {}) => {
  const plan = { seed: 1, streams: [{ name: 's', limits: { ...unlimited, ...limits } }] };
  return { plan, timeline: begin([{ pace }], START_US) };
};
const scheduled = (pace: Pace, limits: Partial<Limits> = {}) => {
  const { plan, timeline } = jobOf(pace, limits);
  return scheduleOf(plan, timeline, 0);
};
const rate = (events: number): Pace => ({ kind: 'rate', rate: events, of: 1, index: 0 });
const eventsIn = (schedule: ReturnType<typeof scheduleOf>) => {
  let events = 0;
  for (let b = 0; b < schedule.end; b++) events += schedule.batch(b).events;
  return events;
};

describe('counts', () => {
  test.each([
    [5, 300, 1500],
    [33.3, 42, 1398],
    [10, 30, 300],
    [0.1, 30, 3],
    [0.3333333333333333, 3600, 1200],
    [1e-7, 60, 0],
    [0, 300, 0],
    [100, 60, 6000],
    [10.5, 0.05, 0],
  ])('%p events a second for %p s make exactly %p events', (perSecond, seconds, events) => {
    const schedule = scheduled(rate(perSecond), { forUs: seconds * 1e6 });
    expect(eventsIn(schedule)).toBe(events);
    expect(Math.floor(perSecond * seconds + 1e-9)).toBe(events);
  });

  test('any rate over any time makes floor(r·d + 1e-9) events, in dense batches whose instants never fall', () => {
    const decimals = fc.integer({ min: 0, max: 6 });
    const perSecond = fc.tuple(fc.integer({ min: 1, max: 99_999 }), decimals).map(([n, d]) => n / 10 ** d);
    fc.assert(
      fc.property(perSecond, fc.integer({ min: 1, max: 20_000 }), (r, ms) => {
        const { num, den } = fraction(r);
        const exact = Number((num * BigInt(ms) * 1_000_000n + den) / (den * 1_000_000_000n));
        fc.pre(exact < 5000);
        const schedule = scheduled(rate(r), { forUs: ms * 1000 });
        let next = 0;
        let due = -Infinity;
        for (let b = 0; b < schedule.end; b++) {
          const batch = schedule.batch(b);
          expect(batch.events).toBeGreaterThan(0);
          expect(batch.firstEvent).toBe(next);
          expect(batch.dueUs).toBe(batch.timeUs(batch.events - 1));
          expect(batch.dueUs).toBeGreaterThanOrEqual(due);
          expect(batch.dueUs).toBeLessThan(START_US + ms * 1000);
          due = batch.dueUs;
          next += batch.events;
        }
        expect(next).toBe(exact);
      }),
    );
  });

  test('event k is due at k/r, whatever batch it is in', () => {
    const schedule = scheduled(rate(33.3), { forUs: 60e6 });
    for (let b = 0; b < schedule.end; b++) {
      const { events, firstEvent, timeUs } = schedule.batch(b);
      for (let i = 0; i < events; i++) expect(timeUs(i)).toBe(START_US + Math.floor(((firstEvent + i) * 1e7) / 333));
    }
  });

  test('the streams of a rate together make exactly its events, each of them once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 1, max: 9000 }),
        (of, tenths, ms) => {
          const r = tenths / 10;
          const limits = { ...unlimited, forUs: ms * 1000 };
          const plan = { seed: 1, streams: Array.from({ length: of }, (_, i) => ({ name: String(i), limits })) };
          const paces = plan.streams.map((_, index) => ({ pace: { kind: 'rate' as const, rate: r, of, index } }));
          const total = schedulesOf(plan, begin(paces, START_US)).reduce((sum, schedule) => sum + eventsIn(schedule), 0);
          expect(total).toBe(Math.floor((tenths * ms + 1e-5) / 10_000));
        },
      ),
    );
  });

  test('a batch an interval begins at the start and leaves out the instant at which the time is over', () => {
    const schedule = scheduled({ kind: 'every', everyUs: 10e6, min: 15, max: 15 }, { forUs: 60e6 });
    expect(schedule.end).toBe(6);
    expect(schedule.batch(5)).toMatchObject({ dueUs: START_US + 50e6, events: 15, firstEvent: 75 });
  });

  test('sizes drawn from the address keep to their range, and a limit of events cuts the last batch', () => {
    const schedule = scheduled({ kind: 'every', everyUs: 1e6, min: 5, max: 20 }, { events: 1000 });
    const sizes = Array.from({ length: schedule.end }, (_, b) => schedule.batch(b).events);
    expect(sizes.reduce((a, b) => a + b)).toBe(1000);
    expect(new Set(sizes.slice(0, -1)).size).toBeGreaterThan(10);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
  });

  test('limits of events and batches hold beside the time, whichever comes first', () => {
    expect(eventsIn(scheduled(rate(50), { forUs: 60e6, events: 123 }))).toBe(123);
    expect(scheduled(rate(50), { forUs: 60e6, batches: 7 }).end).toBe(7);
    expect(scheduled(rate(50)).end).toBe(Infinity);
  });

  test('unpaced batches have event times a step apart and no instants to wait for', () => {
    const schedule = scheduled({ kind: 'unpaced', batchSize: 100, stepUs: 1000 }, { events: 250 });
    expect(schedule).toMatchObject({ paced: false, end: 3 });
    expect(schedule.batch(2)).toMatchObject({ events: 50, firstEvent: 200 });
    expect(schedule.batch(2).timeUs(1)).toBe(START_US + 201_000);
  });
});

describe('looking up instants', () => {
  test('the first batch due after an instant is what a walk through all batches finds', () => {
    const schedule = scheduled(rate(12.5), { forUs: 20e6 });
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 21_000_000 }), fc.integer({ min: 0, max: 250 }), (us, atLeast) => {
        let b = Math.min(atLeast, schedule.end);
        while (b < schedule.end && schedule.batch(b).dueUs <= START_US + us) b++;
        expect(schedule.firstDueAfter(START_US + us, atLeast)).toBe(b);
      }),
    );
  });
});

describe('the timeline', () => {
  const paces: Pace[] = [rate(5), rate(33.3), { kind: 'every', everyUs: 700_000, min: 3, max: 9 }];
  const operation = fc.record({
    kind: fc.constantFrom('hold', 'skip', 'pace'),
    afterMs: fc.integer({ min: 0, max: 5000 }),
    lengthMs: fc.integer({ min: 0, max: 4000 }),
    pace: fc.constantFrom(...paces),
  });

  test('after any holds, skips and changes of pace, numbers are dense, instants never fall and what was due by the cut has not moved', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paces), fc.array(operation, { maxLength: 6 }), (pace, operations) => {
        const { plan, timeline: first } = jobOf(pace);
        let timeline: readonly Entry[] = first;
        let nowUs = START_US;
        for (const { kind, afterMs, lengthMs, pace: other } of operations) {
          const cutUs = nowUs + afterMs * 1000;
          nowUs = cutUs + lengthMs * 1000;
          const before = scheduleOf(plan, timeline, 0);
          const at = kind === 'pace' ? nowUs : cutUs;
          const added =
            kind === 'hold'
              ? hold(plan, timeline, at, nowUs)
              : kind === 'skip'
                ? skip(plan, timeline, at, nowUs).entries
                : changePace(plan, timeline, at, nowUs, [other]);
          timeline = [...timeline, ...added];
          const after = scheduleOf(plan, timeline, 0);
          const from = added[0]!.from;
          for (let b = 0; b < from; b++)
            expect(after.batch(b)).toMatchObject({
              dueUs: before.batch(b).dueUs,
              events: before.batch(b).events,
              firstEvent: before.batch(b).firstEvent,
            });
          if (from > 0) expect(after.batch(from - 1).dueUs).toBeLessThanOrEqual(at);
          if (kind === 'skip') expect(after.batch(from).dueUs).toBeGreaterThan(nowUs);
          if (kind === 'hold') expect(after.batch(from).dueUs).toBe(before.batch(from).dueUs + lengthMs * 1000);
          let [next, due] = [0, -Infinity];
          for (let b = 0; b < from + 20; b++) {
            const batch = after.batch(b);
            expect(batch.firstEvent).toBe(next);
            expect(batch.dueUs).toBeGreaterThanOrEqual(due);
            [next, due] = [next + batch.events, batch.dueUs];
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a hold does not change how many events a time makes: 33.3/s for 42 s with three pauses are 1,398', () => {
    const { plan, timeline: first } = jobOf(rate(33.3), { forUs: 42e6 });
    const timeline = [7_123_000, 20_000_001, 60_000_000].reduce<Entry[]>(
      (all, cut) => [...all, ...hold(plan, all, START_US + cut, START_US + cut + 5e6)],
      first,
    );
    expect(eventsIn(scheduleOf(plan, timeline, 0))).toBe(1398);
  });

  test('skipped instants are counted and never made', () => {
    const { plan, timeline } = jobOf(rate(5), { forUs: 20e6 });
    const { entries, passed } = skip(plan, timeline, START_US + 4_900_000, START_US + 10_050_000);
    const after = scheduleOf(plan, [...timeline, ...entries], 0);
    expect(passed).toEqual([{ batches: 26, events: 26 }]);
    expect(eventsIn(after)).toBe(100 - 26);
  });

  test('a hold leaves unpaced batches as they are, since they have no instants', () => {
    const { plan, timeline } = jobOf({ kind: 'unpaced', batchSize: 10, stepUs: 1000 }, { events: 100 });
    expect(hold(plan, timeline, START_US, START_US + 1e6)).toEqual([]);
  });
});
