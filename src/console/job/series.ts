/** What the charts show: looks at a job over time, and events a second by the difference of looks. Pure arithmetic. */
import type { JobBody } from '../facade/kinds';

export interface Sample {
  /** Wall clock, seconds. */
  at: number;
  emitted: number;
  scheduled: number;
  p50: number;
  p99: number;
  /** Of the last commit, milliseconds; null: none seen. */
  commit: number | null;
  /** Nothing was said: taken to be as before. */
  carried?: true;
}

/** Columns of equal length, `at` first: what uPlot draws. A null is a gap. */
export type Columns = [at: number[], ...(number | null)[][]];

/** At two looks a second a quarter of an hour. */
const MOST = 1800;

export const sampleOf = ({ totals, lateness_ms: { p50, p99 }, commit_ms: commit }: JobBody, atMs: number): Sample => ({
  at: atMs / 1000,
  emitted: totals.emitted,
  scheduled: totals.scheduled,
  p50,
  p99,
  commit,
});

export const withSample = (samples: readonly Sample[], sample: Sample): readonly Sample[] => [...samples.slice(1 - MOST), sample];

/** Without what was carried on since the last look: somebody was away, so it was not known. */
export const known = (samples: readonly Sample[]): readonly Sample[] =>
  samples.at(-1)?.carried === true ? samples.slice(0, samples.findLastIndex(({ carried }) => carried !== true) + 1) : samples;

/**
 * Events a second, wanted and done, each over the `window` seconds before a look: shorter, and the beat of the looks would show in it.
 * Looks before the window is full for the first time have no value.
 */
export function rateColumns(samples: readonly Sample[], window: number): Columns {
  let first = 0;
  const rows = samples.map((sample) => {
    while ((samples[first + 1]?.at ?? Infinity) <= sample.at - window) first += 1;
    const before = samples[first];
    const seconds = before === undefined ? 0 : sample.at - before.at;
    const per = (key: 'emitted' | 'scheduled'): number | null =>
      before === undefined || seconds < window * 0.6 ? null : Math.max(0, sample[key] - before[key]) / seconds;
    return [per('scheduled'), per('emitted')] as const;
  });
  return [samples.map(({ at }) => at), rows.map(([target]) => target), rows.map(([, actual]) => actual)];
}

export const latenessColumns = (samples: readonly Sample[]): Columns => [
  samples.map(({ at }) => at),
  samples.map(({ p50 }) => p50),
  samples.map(({ p99 }) => p99),
];

export const commitColumns = (samples: readonly Sample[]): Columns => [samples.map(({ at }) => at), samples.map(({ commit }) => commit)];

/** Seconds of a window that several batches of the job fall into. @param everyMs between two batches; undefined: many a second */
export const windowFor = (everyMs: number | undefined): number => Math.min(60, Math.max(5, (2 * (everyMs ?? 0)) / 1000));
