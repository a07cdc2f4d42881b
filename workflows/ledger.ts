/**
 * What a part has committed, as numbers: the honest count that goes into the sink's record with the data, into heartbeats and receipts,
 * and into the workflow's ledger. Always cumulative: two totals of one part are compared (the later `next` wins), never added.
 */
export interface Totals {
  batches: number;
  /** Events written: valid + corrupted. */
  emitted: number;
  valid: number;
  corrupted: number;
  /** Of the emitted ones, those that the target refused for good (http). */
  rejected: number;
  bytes: number;
  /** How late each paced batch's commit began, counted by bucket of `LATENESS_BOUNDS_MS`; trailing zeros are cut. */
  lateness: number[];
  /** Largest lateness seen, in milliseconds. */
  latenessMaxMs: number;
  /** How long the sink took for the last commit, in milliseconds; of several parts the longest. Absent where none has been seen: the sink's own record does not hold it. */
  commitMs?: number;
}

/** Upper bounds (inclusive, milliseconds) of the lateness buckets; one more bucket holds everything above. A quantile is the bound of its bucket: never flattering. */
export const LATENESS_BOUNDS_MS = [
  0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000, 10_000, 30_000, 60_000,
  600_000,
] as const;

export const noTotals = (): Totals => ({
  batches: 0,
  emitted: 0,
  valid: 0,
  corrupted: 0,
  rejected: 0,
  bytes: 0,
  lateness: [],
  latenessMaxMs: 0,
});

/** The totals after one more batch. `latenessMs` is absent for batches without an instant (unpaced). */
export function afterBatch(totals: Totals, batch: { emitted: number; corrupted: number; bytes: number }, latenessMs?: number): Totals {
  const next: Totals = {
    ...totals,
    batches: totals.batches + 1,
    emitted: totals.emitted + batch.emitted,
    valid: totals.valid + batch.emitted - batch.corrupted,
    corrupted: totals.corrupted + batch.corrupted,
    bytes: totals.bytes + batch.bytes,
  };
  if (latenessMs === undefined) return next;
  const late = Math.max(0, latenessMs);
  const found = LATENESS_BOUNDS_MS.findIndex((bound) => late <= bound);
  const bucket = found < 0 ? LATENESS_BOUNDS_MS.length : found;
  next.lateness = [...totals.lateness];
  while (next.lateness.length <= bucket) next.lateness.push(0);
  next.lateness[bucket] = (next.lateness[bucket] ?? 0) + 1;
  next.latenessMaxMs = Math.max(totals.latenessMaxMs, late);
  return next;
}

/** Adds the totals of *different* parts, for a stream or a job. */
export function sum(all: readonly Totals[]): Totals {
  const commits = all.flatMap(({ commitMs }) => commitMs ?? []);
  const summed = all.reduce<Totals>(
    (a, b) => ({
      batches: a.batches + b.batches,
      emitted: a.emitted + b.emitted,
      valid: a.valid + b.valid,
      corrupted: a.corrupted + b.corrupted,
      rejected: a.rejected + b.rejected,
      bytes: a.bytes + b.bytes,
      lateness: Array.from(
        { length: Math.max(a.lateness.length, b.lateness.length) },
        (_, i) => (a.lateness[i] ?? 0) + (b.lateness[i] ?? 0),
      ),
      latenessMaxMs: Math.max(a.latenessMaxMs, b.latenessMaxMs),
    }),
    noTotals(),
  );
  return commits.length === 0 ? summed : { ...summed, commitMs: Math.max(...commits) };
}

/** The bound of the bucket that holds quantile `q` (0 … 1], never above the maximum seen; 0 when nothing was counted. */
export function latenessQuantile({ lateness, latenessMaxMs }: Totals, q: number): number {
  const count = lateness.reduce((a, b) => a + b, 0);
  let rank = Math.ceil(count * q);
  for (let i = 0; i < lateness.length; i++) {
    rank -= lateness[i] ?? 0;
    if (rank <= 0) return Math.min(LATENESS_BOUNDS_MS[i] ?? latenessMaxMs, latenessMaxMs);
  }
  return latenessMaxMs;
}
