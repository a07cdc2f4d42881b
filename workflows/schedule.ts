/**
 * Which batch is due when, and what it holds: pure arithmetic over a plan and its timeline. Schedule time runs from the start in µs and stands
 * still in a hold; the timeline lays it on the wall. All instants are safe integers in µs.
 */
import type { Count } from './count';
import type { Sizing } from './drawn-sizes';
import { countOf } from './pace';

/** Load of one stream. `of` and `index`: the stream makes every `of`-th event of the job, from event `index` on. */
export type Pace =
  | { kind: 'rate'; rate: number; of: number; index: number }
  | { kind: 'every'; everyUs: number; min: number; max: number }
  | { kind: 'stages'; stages: Stage[]; repeat: boolean; of: number; index: number }
  | { kind: 'unpaced'; batchSize: number; stepUs: number };

/** A stage of `forUs` µs (> 0): the job's rate goes linearly from `from` to `to` events a second. */
export interface Stage {
  from: number;
  to: number;
  forUs: number;
}

/** Limits of one stream; null: none. `forUs` is schedule time. */
export interface Limits {
  forUs: number | null;
  events: number | null;
  batches: number | null;
}

/** One entry of the timeline: how the batches of `stream` from number `from` on lie on the wall. It ends the stream's entry before it. */
export interface Entry {
  stream: number;
  from: number;
  cause: 'start' | 'hold' | 'skip' | 'pace';
  /** Wall instant (µs) that schedule time `tauUs` (µs since the start) falls on. */
  atUs: number;
  tauUs: number;
  /** The pace counts from schedule time `originUs` on; its first batch would have number `n`; `events` events of the stream come before batch `from`. */
  pace: Pace;
  originUs: number;
  n: number;
  events: number;
}

export interface ScheduledBatch {
  readonly number: number;
  /** Wall µs; for an unpaced batch the event time of its last event. */
  readonly dueUs: number;
  readonly events: number;
  /** Number of the first event within the stream. */
  readonly firstEvent: number;
  /** Event time of event `i` (0 ≤ i < events), wall µs. */
  timeUs(i: number): number;
}

export interface StreamSchedule {
  /** False: batches have no instants, they are made as fast as the sink commits. */
  readonly paced: boolean;
  /** Number of batches in all; Infinity when the stream has no limit. */
  readonly end: number;
  /**
   * Until this wall instant the stream is not complete, although all its batches are made: an operator has given it a pace that makes none, and may
   * give it another. The end of `for`; Infinity without one; -Infinity where the end of the batches is the end of the stream.
   */
  readonly idleUntilUs: number;
  /** Batch `b`, 0 ≤ b < end (beyond the end: no events, due never). */
  batch(b: number): ScheduledBatch;
  /** Smallest batch number ≥ `atLeast` that is due after `us` (wall µs); `end` when none is. */
  firstDueAfter(us: number, atLeast: number): number;
  /** Schedule time of a batch and the entry that governs it: what the operations of `timeline.ts` build on. */
  entry(b: number): Entry;
  /** Distance between batches at the present pace, µs; Infinity for a rate of 0. */
  readonly stepUs: number;
}

/** What determines a schedule besides the timeline. */
export interface Scheduled {
  seed: number;
  streams: readonly { name: string; limits: Limits }[];
}

/** The timeline of a job that nobody has touched: batch 0 of every stream is counted from `startUs` on. */
export const begin = (streams: readonly { pace: Pace }[], startUs: number): Entry[] =>
  streams.map(({ pace }, stream) => ({ stream, from: 0, cause: 'start', atUs: startUs, tauUs: 0, pace, originUs: 0, n: 0, events: 0 }));

export const schedulesOf = (plan: Scheduled, timeline: readonly Entry[]): StreamSchedule[] =>
  plan.streams.map((_, stream) => scheduleOf(plan, timeline, stream));

export function scheduleOf({ seed, streams }: Scheduled, timeline: readonly Entry[], stream: number): StreamSchedule {
  const limits = streams[stream]?.limits ?? { forUs: null, events: null, batches: null };
  const segments = timeline
    .filter((entry) => entry.stream === stream)
    .map((entry) => segmentOf(entry, limits, { seed, stream, n: entry.n }));
  const last = segments.at(-1);
  if (last === undefined) throw new Error(`stream ${String(stream)} has no entry in the timeline`);
  const end = Math.min(last.end, limits.batches ?? Infinity);
  const segment = (b: number) => segments.findLast(({ entry }) => entry.from <= b) ?? last;
  const due = (b: number) => (b < end ? segment(b).batch(b).dueUs : Infinity);
  return {
    paced: last.count.paced,
    end,
    idleUntilUs: segments.some(({ entry }) => entry.cause === 'pace') && end < (limits.batches ?? Infinity) ? last.idleUntilUs : -Infinity,
    stepUs: last.count.stepUs,
    batch: (b) => (b < end ? segment(b).batch(b) : { number: b, dueUs: Infinity, events: 0, firstEvent: 0, timeUs: () => Infinity }),
    firstDueAfter: (us, atLeast) => firstAbove(due, us, atLeast, end),
    entry: (b) => segment(b).entry,
  };
}

interface Segment {
  entry: Entry;
  count: Count;
  end: number;
  /** When the time of this segment is over, if it holds no batch and not for want of events; else -Infinity. */
  idleUntilUs: number;
  batch(b: number): ScheduledBatch;
}

function segmentOf(entry: Entry, limits: Limits, sizing: Sizing): Segment {
  const { pace, originUs, n, from } = entry;
  const count = countOf(pace, sizing);
  // Events before batch `from`, counted by this pace: what the stream made before it was `entry.events`.
  const shift = entry.events - count.before(from - n);
  const left = limits.events === null ? null : Math.max(0, limits.events - shift);
  const leftUs = limits.forUs === null ? null : Math.max(0, limits.forUs - originUs);
  const { batches, events } = count.within(leftUs, left);
  const wall = (localUs: number) => entry.atUs + originUs + localUs - entry.tauUs;
  return {
    entry,
    count,
    end: Math.max(from, n + batches),
    idleUntilUs:
      batches === 0 && left !== 0 ? wall(Math.min(count.lengthUs, limits.forUs === null ? Infinity : limits.forUs - originUs)) : -Infinity,
    batch: (b) => {
      const j = b - n;
      const first = count.before(j);
      const size = Math.max(0, Math.min(count.before(j + 1), events) - first);
      return {
        number: b,
        dueUs: wall(count.dueUs(j, first + Math.max(0, size - 1))),
        events: size,
        firstEvent: first + shift,
        timeUs: (i) => wall(count.timeUs(j, first + i)),
      };
    },
  };
}

/** Smallest b in [atLeast, end) with due(b) > us, by doubling and halving (dues never fall); `end` when there is none. */
function firstAbove(due: (b: number) => number, us: number, atLeast: number, end: number): number {
  if (atLeast >= end || due(atLeast) > us) return Math.min(atLeast, end);
  let low = atLeast;
  let step = 1;
  while (low + step < end && due(low + step) <= us) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, end);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (due(middle) <= us) low = middle;
    else high = middle;
  }
  return high;
}
