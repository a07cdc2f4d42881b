import {
  begin,
  schedulesOf,
  scheduleOf,
  type Entry,
  type Limits,
  type Pace,
  type Stage,
  type StreamSchedule,
} from '../../workflows/schedule';
import { changePace, hold, skip } from '../../workflows/timeline';

const START_US = Date.UTC(2026, 0, 1) * 1000;
const unlimited: Limits = { forUs: null, events: null, batches: null };
const second = 1_000_000;
const steady = (rate: number, seconds: number): Stage => ({ from: rate, to: rate, forUs: seconds * second });
const ramp = (from: number, to: number, seconds: number): Stage => ({ from, to, forUs: seconds * second });
const once = (...stages: Stage[]): Pace => ({ kind: 'stages', stages, repeat: false, of: 1, index: 0 });
const repeated = (...stages: Stage[]): Pace => ({ kind: 'stages', stages, repeat: true, of: 1, index: 0 });
const rate = (events: number): Pace => ({ kind: 'rate', rate: events, of: 1, index: 0 });

const jobOf = (pace: Pace, limits: Partial<Limits> = {}) => ({
  plan: { seed: 1, streams: [{ name: 's', limits: { ...unlimited, ...limits } }] },
  timeline: begin([{ pace }], START_US),
});
const scheduled = (pace: Pace, limits: Partial<Limits> = {}) => {
  const { plan, timeline } = jobOf(pace, limits);
  return scheduleOf(plan, timeline, 0);
};
const timesOf = ({ batch, end }: StreamSchedule, from = 0, until = end) =>
  Array.from({ length: until - from }, (_, i) => batch(from + i)).flatMap(({ events, timeUs }) =>
    Array.from({ length: events }, (_, i) => timeUs(i) - START_US),
  );
const eventsIn = (schedule: StreamSchedule) => {
  let events = 0;
  for (let b = 0; b < schedule.end; b++) events += schedule.batch(b).events;
  return events;
};

describe('33.3 events a second for 300 s, exact to the event', () => {
  const job = jobOf(rate(33.3), { forUs: 300 * second });

  test('undisturbed: floor(33.3 · 300) = 9,990', () => {
    expect(eventsIn(scheduleOf(job.plan, job.timeline, 0))).toBe(9990);
  });

  test('with a pause of 47 s in the middle: hold moves the second half, the count is the same 9,990', () => {
    const cutUs = START_US + 150 * second;
    const timeline = [...job.timeline, ...hold(job.plan, job.timeline, cutUs, cutUs + 47 * second)];
    const held = scheduleOf(job.plan, timeline, 0);

    expect(eventsIn(held)).toBe(9990);
    expect(held.batch(held.end - 1).dueUs - scheduleOf(job.plan, job.timeline, 0).batch(held.end - 1).dueUs).toBe(47 * second);
  });

  test('with a pause of 47 s that skips: what falls into it is never made, and the rest ends with the 300 s of wall time', () => {
    const cutUs = START_US + 150 * second;
    const { entries, passed } = skip(job.plan, job.timeline, cutUs, cutUs + 47 * second);
    const after = scheduleOf(job.plan, [...job.timeline, ...entries], 0);

    // Windows due from 150 s (event 4,995 is due at 150 s exactly; its window is due later) to 197 s, each whole.
    expect(eventsIn(after) + passed[0]!.events).toBe(9990);
    expect(Math.abs(passed[0]!.events - 33.3 * 47)).toBeLessThan(5);
    expect(after.batch(after.end - 1).dueUs).toBe(scheduleOf(job.plan, job.timeline, 0).batch(2999).dueUs);
  });

  test('with a change to 7/s at 150.05 s: the windows due by then, and floor(7 · (300 − 150.05 − 1/7)) = 1,048 more', () => {
    const atUs = START_US + 150.05 * second;
    const timeline = [...job.timeline, ...changePace(job.plan, job.timeline, atUs, atUs, [rate(7)])];
    const after = scheduleOf(job.plan, timeline, 0);

    // Window 1,500 (150 s to 150.1 s) is due at 150.09 s, after the change: all of the windows before it hold floor(33.3 · 150) = 4,995.
    expect(eventsIn(after)).toBe(4995 + 1048);
    expect(after.batch(1500)).toMatchObject({ events: 1, firstEvent: 4995, dueUs: atUs + Math.floor(second / 7) });
  });

  test('with a ramp from 0 to 200/s over the 300 s: floor(200 / 2 · 300) = 30,000, event k at 300 · √(k / 30,000) s', () => {
    const schedule = scheduled(once(ramp(0, 200, 300)));
    const times = timesOf(schedule);

    expect(times).toHaveLength(30_000);
    times.forEach((us, k) => {
      // The largest µs t with (t / 300 s)² · 30,000 ≤ k.
      const area = (t: number) => BigInt(t) * BigInt(t) * 30_000n;
      const whole = BigInt(k) * BigInt(300 * second) ** 2n;
      if (area(us) > whole || area(us + 1) <= whole) throw new Error(`event ${k} is at ${us}`);
    });
  });

  test('33.3/s that becomes a ramp 0 → 200 in its middle: 4,995, and the area of the ramp that is left', () => {
    const atUs = START_US + 150 * second;
    const timeline = [...job.timeline, ...changePace(job.plan, job.timeline, atUs, atUs, [once(ramp(0, 200, 100))])];

    // By 150 s the windows before it are due, floor(33.3 · 150) = 4,995; the ramp makes 200 / 2 · 100 = 10,000.
    expect(eventsIn(scheduleOf(job.plan, timeline, 0))).toBe(4995 + 10_000);
  });
});

describe('stages', () => {
  test('the job ends with the last stage, with or without the time given', () => {
    const stages = once(steady(10, 60), ramp(10, 200, 120), steady(0, 30), ramp(200, 0, 60));
    // 10 · 60 + 105 · 120 + 0 + 100 · 60
    expect(eventsIn(scheduled(stages))).toBe(600 + 12_600 + 6000);
    expect(eventsIn(scheduled(stages, { forUs: 270 * second }))).toBe(19_200);
    expect(eventsIn(scheduled(stages, { forUs: 100 * second }))).toBe(600 + 400 + Math.floor((40 * 40 * 190) / 240));
  });

  test('an event that falls on a silence is due after it, since by its begin it has not been counted', () => {
    const schedule = scheduled(once(steady(2, 1), steady(0, 10), steady(2, 1)));
    expect(timesOf(schedule)).toEqual([0, 0.5 * second, 11 * second, 11.5 * second]);
    expect(schedule.firstDueAfter(START_US + 5 * second, 0)).toBe(2);
  });

  test('silence has no batches: numbers are dense, whatever lies between two windows', () => {
    const schedule = scheduled(repeated(steady(50, 1), steady(0, 3600)), { forUs: 3 * 3601 * second });
    expect(schedule.end).toBe(30);
    for (let b = 0; b < 30; b++) expect(schedule.batch(b)).toMatchObject({ events: 5, firstEvent: 5 * b });
    expect(schedule.batch(10).dueUs - START_US).toBe(3601 * second + 80_000);
  });

  test('slow parts have one event a batch, fast ones windows, in one and the same job', () => {
    const schedule = scheduled(once(steady(5, 2), steady(100, 1)));
    expect(Array.from({ length: schedule.end }, (_, b) => schedule.batch(b).events)).toEqual([...Array(10).fill(1), ...Array(10).fill(10)]);
  });

  test('over and over, far out, without walking there: fractions of an event are kept from cycle to cycle', () => {
    // 0.7 s at 33.3/s and 0.4 s at 1/s: 23.71 events a cycle of 1.1 s.
    const pace = repeated(steady(33.3, 0.7), steady(1, 0.4));
    const cycles = 100_000_000;
    const year = scheduled(pace, { forUs: cycles * 1_100_000 });
    const last = year.batch(year.end - 1);

    expect(last.firstEvent + last.events).toBe(23.71 * cycles);
    // The cycle number 10^8 begins with a whole event, as the first one did.
    const following = scheduled(pace);
    const times = timesOf(following, year.end, year.end + 5).map((us) => us - cycles * 1_100_000);
    expect(times).toEqual(timesOf(following, 0, 5));
    expect(following.firstDueAfter(START_US + cycles * 1_100_000 - 1, 0)).toBe(year.end);
  });

  test('a rate that falls short of whole events by what its decimals cannot say makes them all the same', () => {
    expect(eventsIn(scheduled(once(steady(0.3333333333333333, 3600))))).toBe(1200);
    expect(eventsIn(scheduled(repeated(steady(0.3333333333333333, 36)), { forUs: 3600 * second }))).toBe(1200);
  });

  test('windows begin with the first whole µs at which a ramp has reached 10/s', () => {
    // Up to 10^6/s within 1,000,003 µs: 10/s after 10.00003 µs, and t² / 2,000,006 events by then µs t.
    const schedule = scheduled(once({ from: 0, to: 1e6, forUs: 1_000_003 }));
    const counted = (us: number) => Number((BigInt(us) * BigInt(us)) / 2_000_006n);

    const firsts = Array.from({ length: 10 }, (_, w) => schedule.batch(w).firstEvent);
    expect(firsts).toEqual(Array.from({ length: 10 }, (_, w) => counted(11 + w * 100_000)));
  });

  test.each([0, 1, 2])(
    'a limit of events ends with the batch that holds the last of them, in any cycle and for stream %i of 3',
    (index) => {
      const pace: Pace = { kind: 'stages', stages: [ramp(60, 0, 0.3), steady(9, 0.4), steady(77.7, 0.25)], repeat: true, of: 3, index };
      const endless = scheduled(pace);
      for (let [events, b] = [1, 0]; events < 400; events++) {
        const { firstEvent, events: held } = endless.batch(b);
        if (events > firstEvent + held) b++;
        expect(scheduled(pace, { events }).end).toBe(b + 1);
      }
    },
  );

  test('the streams of a job take turns event by event, up and down a ramp', () => {
    const stages = [ramp(0, 90, 7), steady(3.3, 2), ramp(45, 0, 1.3)];
    const limits = { ...unlimited, forUs: 33_333_333 };
    const paces = [0, 1, 2].map((index) => ({ pace: { kind: 'stages' as const, stages, repeat: true, of: 3, index } }));
    const plan = { seed: 1, streams: paces.map((_, i) => ({ name: String(i), limits })) };

    const merged = schedulesOf(plan, begin(paces, START_US)).map((schedule) => timesOf(schedule));
    const alone = timesOf(scheduled({ kind: 'stages', stages, repeat: true, of: 1, index: 0 }, limits));

    expect(alone.length).toBeGreaterThan(1000);
    expect(merged.map((times, index) => times.every((us, k) => us === alone[3 * k + index]))).toEqual([true, true, true]);
    expect(merged.flat()).toHaveLength(alone.length);
  });

  test('silence alone ends at once, with nothing made', () => {
    expect(scheduled(repeated(steady(0, 10)), {}).end).toBe(0);
    expect(scheduled(once(steady(0, 10))).end).toBe(0);
    expect(scheduled(once(ramp(0, 0.1, 10))).end).toBe(0);
  });
});

describe('a pace that makes nothing', () => {
  const nothing = rate(0);
  const changed = (limits: Partial<Limits>, pace: Pace) => {
    const { plan, timeline } = jobOf(rate(5), limits);
    const atUs = START_US + 2 * second;
    return { plan, timeline: [...timeline, ...changePace(plan, timeline, atUs, atUs, [pace])] };
  };
  const after = (limits: Partial<Limits>, pace: Pace) => {
    const { plan, timeline } = changed(limits, pace);
    return scheduleOf(plan, timeline, 0);
  };

  test('as a specification: the job ends at once', () => {
    expect(scheduled(nothing)).toMatchObject({ end: 0, idleUntilUs: -Infinity });
    expect(scheduled(nothing, { forUs: 60 * second })).toMatchObject({ end: 0, idleUntilUs: -Infinity });
  });

  test('given to a job that runs: the job waits, to the end of its time or for ever, for another pace', () => {
    expect(after({ forUs: 60 * second }, nothing)).toMatchObject({ end: 11, idleUntilUs: START_US + 60 * second });
    expect(after({}, nothing)).toMatchObject({ end: 11, idleUntilUs: Infinity });
    expect(after({ forUs: 60 * second }, rate(0.001))).toMatchObject({ end: 11, idleUntilUs: START_US + 60 * second });
    expect(after({}, once(steady(0, 10)))).toMatchObject({ end: 11, idleUntilUs: START_US + 12 * second });
  });

  test('not beyond limits of events and batches: these are reached, whatever the pace', () => {
    expect(after({ events: 11 }, nothing)).toMatchObject({ end: 11, idleUntilUs: -Infinity });
    expect(after({ batches: 11 }, nothing)).toMatchObject({ end: 11, idleUntilUs: -Infinity });
    expect(after({ events: 12 }, nothing)).toMatchObject({ end: 11, idleUntilUs: Infinity });
  });

  test('a hold meanwhile moves the end of the time; another pace goes on with the next number', () => {
    const { plan, timeline } = changed({ forUs: 60 * second }, nothing);
    const cutUs = START_US + 20 * second;
    const held: Entry[] = [...timeline, ...hold(plan, timeline, cutUs, cutUs + 7 * second)];
    expect(scheduleOf(plan, held, 0)).toMatchObject({ end: 11, idleUntilUs: START_US + 67 * second });

    const atUs = START_US + 37 * second;
    const again = scheduleOf(plan, [...held, ...changePace(plan, held, atUs, atUs, [rate(2)])], 0);
    expect(again).toMatchObject({ idleUntilUs: -Infinity, end: 11 + Math.floor(2 * (67 - 37 - 0.5)) });
    expect(again.batch(11)).toMatchObject({ firstEvent: 11, dueUs: atUs + 0.5 * second });
  });
});

describe('changes at the edges', () => {
  test('a change of pace before the start does not begin before it', () => {
    const { plan, timeline } = jobOf(rate(5), { forUs: 10 * second });
    const atUs = START_US - 3600 * second;
    const after = scheduleOf(plan, [...timeline, ...changePace(plan, timeline, atUs, atUs, [rate(7)])], 0);

    expect(after.batch(0).dueUs).toBe(START_US);
    expect(eventsIn(after)).toBe(70);
  });

  test.each([{ batches: 10 }, { events: 10 }])(
    'a skip does not use up the limit %j: what is never made was never one of them',
    (limits) => {
      const { plan, timeline } = jobOf(rate(5), limits);
      const nowUs = START_US + 30 * second;
      const { entries, passed } = skip(plan, timeline, START_US + 0.5 * second, nowUs);
      const after = scheduleOf(plan, [...timeline, ...entries], 0);

      expect(passed).toEqual([{ batches: 148, events: 148 }]);
      expect(after.end).toBe(10);
      expect(after.batch(3).dueUs).toBe(nowUs + 0.2 * second);
    },
  );
});
