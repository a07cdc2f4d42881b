/** What every pace can be asked, on its own clock: µs from the pace's origin. */

/** Batches of a rate above 10/s are windows of this length; slower ones hold one event each. */
export const WINDOW_US = 100_000;
export const WINDOWED_ABOVE = 10;

export interface Count {
  readonly paced: boolean;
  /** How many batches and events lie within the limits (null: none); Infinity where nothing limits. */
  within(limitUs: number | null, limitEvents: number | null): { batches: number; events: number };
  /** Events before batch `j` (j ≥ 0). */
  before(j: number): number;
  /** Instant of event `k` of batch `j`. */
  timeUs(j: number, k: number): number;
  /** Instant at which batch `j`, whose last event is number `last`, is due. */
  dueUs(j: number, last: number): number;
  /** Smallest distance from one batch to the next: what a new pace waits before its first batch, and what decides between timers and spans. */
  readonly stepUs: number;
  /** Instant at which the pace itself is over; Infinity for one that goes on for ever. */
  readonly lengthUs: number;
}
