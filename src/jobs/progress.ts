/** Where a run stands against its schedule: what is due by now, and when it will end. Pure arithmetic over the status. */
import type { Plan, Status } from '../../workflows/messages';
import { begin, schedulesOf, type Limits, type StreamSchedule } from '../../workflows/schedule';

/** Seed 0 stands in where none is fixed yet: only drawn batch sizes depend on it. */
const scheduled = (plan: Plan) => ({ seed: plan.seed ?? 0, streams: plan.streams });

/** Schedules by the timeline; before the first settle has fixed the start, as if the start were the instant of the request. */
export function schedulesBy({ plan, timeline, startedAtMs }: Pick<Status, 'plan' | 'timeline' | 'startedAtMs'>): StreamSchedule[] {
  const known = timeline.length > 0 ? timeline : (plan.timeline ?? begin(plan.streams, plan.startUs ?? startedAtMs * 1000));
  return schedulesOf(scheduled(plan), known);
}

/** The instant that progress is measured at: a pause and the end stand still, and a run that ended in a pause stands where that began. */
export const presentMs = (
  { pausedAtMs, finishedAtMs, journal }: Pick<Status, 'pausedAtMs' | 'finishedAtMs' | 'journal'>,
  nowMs: number,
): number => Math.min(nowMs, pausedAtMs ?? (finishedAtMs === null ? null : pausedAtEnd(journal)) ?? Infinity, finishedAtMs ?? Infinity);

/** Since when a run was paused that has ended so, by its journal; null: it was running. */
function pausedAtEnd(journal: Status['journal']): number | null {
  let [held, standby] = [false, false];
  let since: number | null = null;
  for (const { action, atMs } of journal) {
    if (action === 'pause') held = true;
    if (action === 'standby') standby = true;
    if (action === 'resume') held = false;
    if (action === 'wake') standby = false;
    since = held || standby ? (since ?? atMs) : null;
  }
  return since;
}

/** Number of events of a stream before batch `b`. */
function eventsBefore(schedule: StreamSchedule, b: number): number {
  if (b <= 0) return 0;
  const { firstEvent, events } = schedule.batch(b - 1);
  return firstEvent + events;
}

/** Events of a stream that are due by the instant, without the skipped ones; of an unpaced stream all of them. */
export function dueEvents(schedule: StreamSchedule, nowMs: number): number {
  if (!schedule.paced) return plannedEvents(schedule) ?? 0;
  return eventsBefore(schedule, schedule.firstDueAfter(nowMs * 1000, 0));
}

/**
 * Events that were due by the instant where the schedule's numbers are estimates (`ownPace`): what was made, and the estimate of the batches
 * that are due and not made yet.
 * @param next first batch that is not made
 */
export const dueByEstimate = (schedule: StreamSchedule, nowMs: number, made: { events: number; next: number }): number =>
  made.events + Math.max(0, dueEvents(schedule, nowMs) - eventsBefore(schedule, Math.min(made.next, schedule.end)));

/** Events of a stream in all; null: until stopped. */
const plannedEvents = (schedule: StreamSchedule): number | null =>
  Number.isFinite(schedule.end) ? eventsBefore(schedule, schedule.end) : null;

/** Events that the run will have dealt with at its end, the skipped ones included, by its timeline so far; null: until stopped. */
export function plannedInAll(status: Pick<Status, 'plan' | 'timeline' | 'startedAtMs' | 'skipped'>): number | null {
  const skipped = status.skipped.reduce((n, { events }) => n + events, 0);
  return schedulesBy(status)
    .map(plannedEvents)
    .reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), skipped);
}

/** Events that an undisturbed run of the plan commits (about so many, with a cadence of the scenario's own); null: until stopped. */
export function estimatedEvents(plan: Plan): number | null {
  const counts = schedulesOf(scheduled(plan), plan.timeline ?? begin(plan.streams, 0)).map(plannedEvents);
  return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

/**
 * Wall instant (ms) at which the run will have made everything, the present pause included as far as it goes; null: until stopped, or unpaced.
 * Of a run limited by `for` the end of that time, else the instant of the last batch.
 */
export function endsAtMs(
  status: Pick<Status, 'plan' | 'timeline' | 'startedAtMs' | 'pausedAtMs' | 'finishedAtMs'>,
  nowMs: number,
): number | null {
  const ends = schedulesBy(status).map((schedule, stream) => endOf(schedule, status.plan.streams[stream]?.limits));
  const paused = status.pausedAtMs === null || status.finishedAtMs !== null ? 0 : Math.max(0, nowMs - status.pausedAtMs);
  return ends.reduce<number | null>((latest, end) => (latest === null || end === null ? null : Math.max(latest, end + paused)), 0);
}

function endOf(schedule: StreamSchedule, limits: Limits | undefined): number | null {
  const count = plannedEvents(schedule);
  if (!schedule.paced || count === null || schedule.idleUntilUs === Infinity) return null;
  const last = Math.max(0, schedule.end - 1);
  const cut = (limits?.events != null && count >= limits.events) || (limits?.batches != null && schedule.end >= limits.batches);
  if (limits?.forUs == null || cut) return schedule.end === 0 ? null : schedule.batch(last).dueUs / 1000;
  const { atUs, tauUs } = schedule.entry(last);
  return (atUs + limits.forUs - tauUs) / 1000;
}
