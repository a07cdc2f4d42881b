/** How far a job has come: a bar where there is an end, words where there is none. */
import type { JSX } from 'preact';
import type { JobBody } from '../facade/kinds';
import { span } from '../../figures';

/** 0 to 1; null: the job goes on until it is stopped. */
function shareDone({ state, planned_events: planned, totals }: JobBody): number | null {
  if (state === 'completed') return 1;
  if (planned === null) return null;
  return planned === 0 ? 0 : Math.min(1, (totals.emitted + totals.rejected + totals.skipped) / planned);
}

/** `1 min 4 s left`, `until stopped`, or nothing when it has ended. @param nowMs wall clock */
function timeLeft(
  { state, ends_at: endsAt, finished_at: finishedAt, planned_events: planned, last_error: lastError }: JobBody,
  nowMs: number,
): string {
  if (finishedAt !== null || state === 'cleaned') return '';
  if (state === 'paused') return 'paused';
  if (lastError !== null) return 'being retried';
  if (planned === null) return 'until stopped';
  if (endsAt === null) return 'as fast as it goes';
  const leftMs = Date.parse(endsAt) - nowMs;
  return leftMs > 0 ? `${span(leftMs)} left` : 'any moment';
}

export function Progress({ job, nowMs }: { job: JobBody; nowMs: number }): JSX.Element {
  const share = shareDone(job);
  const left = timeLeft(job, nowMs);
  const percent = share === null ? '' : `${String(Math.floor(share * 100))} %`;
  return (
    <span class="progress">
      {share === null ? <span class="no-end" aria-hidden="true" /> : <progress max={1} value={share} aria-label="Progress" />}
      <span class="words">{[percent, left].filter((word) => word !== '').join(' · ')}</span>
    </span>
  );
}
