/**
 * Who paces: the workflow's timer between spans, the activity inside them. Temporal's timers have a floor of about 1 s and fire some 25 ms late;
 * so an emit is dispatched early and waits to the exact instant itself, and batches that follow each other quickly share one emit (a timer and an
 * activity cost about 25 ms of a core and 9 KB of history).
 */
import type { StreamSchedule } from './schedule';

/** Wall ms that one emit covers when batches are closer than `TIMER_FROM_US`. */
export const SPAN_MS = 30_000;
/** From this distance between batches on, a timer paces each batch. */
const TIMER_FROM_US = 10_000_000;
/** How early an emit is dispatched before its first batch is due. */
const LEAD_US = 500_000;
/** A wait shorter than this is left to the activity: Temporal's short timers are imprecise. */
const SHORTEST_TIMER_US = 2_000_000;

/** What a part that is idle does now: begin an emit, wait (wall ms), or rest, because the job is draining or until its pace is changed. */
export type Move = { type: 'emit'; until: number; endUs: number } | { type: 'wait'; atMs: number } | { type: 'rest' };

/**
 * The next move of a part whose next batch is `next`. An emit covers the batches up to (not with) `until`; `endUs` is the common end of all spans
 * of the job. While the job is draining (it wants to come to rest) that end stays, and what is due after it waits.
 */
export function moveOf(schedule: StreamSchedule, next: number, nowMs: number, endUs: number, draining: boolean): Move {
  const nowUs = nowMs * 1000;
  const end = draining || nowUs < endUs - SHORTEST_TIMER_US ? endUs : nowUs + SPAN_MS * 1000;
  if (draining && nowUs >= end) return { type: 'rest' };
  if (next >= schedule.end) {
    const atMs = Math.ceil(schedule.idleUntilUs / 1000);
    return draining || atMs === Infinity ? { type: 'rest' } : { type: 'wait', atMs };
  }
  if (!schedule.paced) return { type: 'emit', until: finite(schedule.end), endUs: end };
  const { dueUs } = schedule.batch(next);
  if (draining && dueUs > end) return { type: 'rest' };
  if (dueUs - LEAD_US - nowUs >= SHORTEST_TIMER_US) return { type: 'wait', atMs: Math.ceil((dueUs - LEAD_US) / 1000) };
  const horizon = schedule.stepUs >= TIMER_FROM_US ? Math.max(dueUs, nowUs) : Math.max(dueUs, end);
  return { type: 'emit', until: finite(schedule.firstDueAfter(horizon, next + 1)), endUs: end };
}

/** JSON has no Infinity. */
const finite = (batch: number) => Math.min(batch, Number.MAX_SAFE_INTEGER);
