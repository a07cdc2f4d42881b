/** Which drivers are seen in a batch, and when. Two ways: each driver by himself (production), or so many events in all (emulated). */
import type { WatchedLeg } from './watched';

/** An event of a batch: instant `i` of a driver's leg. */
export interface Seen {
  readonly us: number;
  /** Number of the driver in the run, from 0. */
  readonly driver: number;
  readonly leg: WatchedLeg;
  readonly i: number;
}

/** What a batch looks at, in µs of driving time (`tours.ts`). */
export interface Window {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Instants of a window, half-open, with their places. */
export function* within(seenUs: readonly number[], { fromUs, untilUs }: Window): Generator<[i: number, us: number]> {
  for (const [i, us] of seenUs.entries()) if (us >= fromUs && us < untilUs) yield [i, us];
}
