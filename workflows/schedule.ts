/** Schedule and timeline arithmetic: pure functions over plain numbers; the one place that says when a batch is due and what it holds. */

/** Load of one stream. `of` and `index`: the stream makes every `of`-th event of the job, from event `index` on. */
export type Pace =
  | { kind: 'rate'; rate: number; of: number; index: number }
  | { kind: 'every'; everyUs: number; min: number; max: number }
  | { kind: 'unpaced'; batchSize: number; stepUs: number };

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
  /** Event time of event `i`, wall µs. */
  timeUs(i: number): number;
}

export interface StreamSchedule {
  /** False: batches have no instants, they are made as fast as the sink commits. */
  readonly paced: boolean;
  /** Number of batches in all; Infinity when the stream has no limit. */
  readonly end: number;
  /** Batch `b`, 0 ≤ b < end. */
  batch(b: number): ScheduledBatch;
  /** Smallest batch number ≥ `atLeast` that is due after `us` (wall µs); `end` when none is. */
  firstDueAfter(us: number, atLeast: number): number;
}
