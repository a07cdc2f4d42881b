/** How fast a job is meant to be, and how fast it was. Pure arithmetic over the job's body: the command line and the console use it. */
import { parseDuration } from '../spec/durations';
import type { JobBody } from './job-body';

export interface Rates {
  /** Events a second, as the present pace wants them; null: no single one. */
  target: number | null;
  /** Of a job whose pace was changed: since when it has the present one (wall ms), and what was wanted on average while it was not paused. */
  changed: { sinceMs: number; average: number } | null;
  /** As they came while the job was not paused. */
  actual: number;
  activeMs: number;
}

export function rates(job: JobBody): Rates {
  const begin = Math.max(Date.parse(job.started_at), job.start === null ? 0 : Math.min(Date.parse(job.start), Date.now()));
  const end = job.finished_at === null ? Date.now() : Date.parse(job.finished_at);
  const target = targetOf(job);
  // Event k is due at k/rate: the last one stands for its interval, too, or 60 events at 10/s would have taken 5.9 s.
  const lastMs = job.finished_at === null || target === null || target === 0 ? 0 : 1000 / target;
  const activeMs = Math.max(1, end - begin - job.paused_ms + lastMs);
  const { scheduled, skipped, emitted } = job.totals;
  const last = job.timeline.findLast(({ cause }) => cause === 'pace');
  const changed = last === undefined ? null : { sinceMs: Number(last['atUs']) / 1000, average: ((scheduled - skipped) * 1000) / activeMs };
  return { target, changed, actual: (emitted * 1000) / activeMs, activeMs };
}

function targetOf({ pace }: JobBody): number | null {
  if (typeof pace['rate'] === 'number') return pace['rate'];
  if (typeof pace['every'] !== 'string') return null;
  const size = pace['batch_size'] as number | { min: number; max: number };
  return ((typeof size === 'number' ? size : (size.min + size.max) / 2) * 1e6) / (parseDuration(pace['every']) ?? Infinity);
}
