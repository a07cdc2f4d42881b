/** What is promised of recovery, and what was measured of exactly that. */
import { figures, type Figures, type Kill } from './recovery';

export interface Promised {
  /** In plain words, with both ends of the time that is measured. */
  promise: string;
  limitMs: number;
  /** Nothing else was killed, stopped or asked for meanwhile: what the promise is about. */
  alone: Measured;
  /** Whatever else was going on, pauses excepted. */
  all: Measured;
}

export interface Measured {
  kills: number;
  ms: Figures | null;
}

/** design and README promise these two; another kind of kill promises nothing in time. */
const PROMISES: readonly { promise: string; limitMs: number; of: (kill: Kill) => boolean }[] = [
  {
    promise: 'the worker at work killed: from a worker being there to the next commit',
    limitMs: 5_000,
    of: ({ victim, busy }) => victim === 'worker' && busy !== false,
  },
  { promise: "Temporal's server killed: from its return to the next commit", limitMs: 2_000, of: ({ victim }) => victim === 'temporal' },
];

export function promisesOf(kills: readonly Kill[]): Promised[] {
  return PROMISES.map(({ promise, limitMs, of }) => {
    const all = kills.filter((kill) => of(kill) && !kill.paused && kill.sinceThereMs !== null);
    return { promise, limitMs, alone: measured(all.filter(({ alone }) => alone)), all: measured(all) };
  }).filter(({ all }) => all.kills > 0);
}

const measured = (kills: readonly Kill[]): Measured => ({
  kills: kills.length,
  ms: figures(kills.map(({ sinceThereMs }) => sinceThereMs ?? 0)),
});
