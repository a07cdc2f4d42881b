/**
 * What operators and outages do to a job, as entries of its timeline. Every change begins after one cut for the whole job: batches due at or
 * before the cut keep their instants, so streams that refer to each other stay consistent. Pure; callers append the answer.
 */
import { countOf } from './pace';
import { schedulesOf, type Entry, type Pace, type Scheduled, type StreamSchedule } from './schedule';

/** Batches due after the cut are made later by `resumeUs - cutUs` (never earlier: a worker's clock may be ahead). Counts go on. */
export function hold(plan: Scheduled, timeline: readonly Entry[], cutUs: number, resumeUs: number): Entry[] {
  return schedulesOf(plan, timeline).flatMap((schedule, stream) => {
    if (!schedule.paced) return [];
    const from = schedule.firstDueAfter(cutUs, 0);
    const entry = schedule.entry(from);
    return [
      {
        ...entry,
        stream,
        from,
        cause: 'hold' as const,
        atUs: Math.max(resumeUs, cutUs),
        tauUs: entry.tauUs + cutUs - entry.atUs,
        events: eventsBefore(plan, entry, from),
      },
    ];
  });
}

/**
 * The first batch due after the cut gets the first instant after now; the instants passed over are never made. Numbers stay dense, and limits of
 * events and batches count what is made: only the limit of time ends the instants.
 */
export function skip(
  plan: Scheduled,
  timeline: readonly Entry[],
  cutUs: number,
  nowUs: number,
): { entries: Entry[]; passed: { batches: number; events: number }[] } {
  const passed: { batches: number; events: number }[] = [];
  const instants = schedulesOf({ ...plan, streams: plan.streams.map(byTimeAlone) }, timeline);
  const entries = schedulesOf(plan, timeline).flatMap((schedule, stream) => {
    const from = schedule.firstDueAfter(cutUs, 0);
    const all = instants[stream] ?? schedule;
    const to = schedule.paced && from < schedule.end ? all.firstDueAfter(nowUs, from) : from;
    passed.push({ batches: to - from, events: to === from ? 0 : reach(all, to - 1) - all.batch(from).firstEvent });
    if (!schedule.paced) return [];
    const entry = schedule.entry(from);
    return [{ ...entry, stream, from, cause: 'skip' as const, n: entry.n - (to - from), events: eventsBefore(plan, entry, from) }];
  });
  return { entries, passed };
}

const byTimeAlone = ({ name, limits }: Scheduled['streams'][number]) => ({ name, limits: { ...limits, events: null, batches: null } });

/**
 * The old count ends at the cut (not before now); the new pace begins there, its first batch one step later (so that a change repeated makes nothing
 * more); before the start of the schedule, it begins with the schedule. `paces`: one a stream, none for a stream that keeps its own.
 */
export function changePace(plan: Scheduled, timeline: readonly Entry[], cutUs: number, nowUs: number, paces: readonly Pace[]): Entry[] {
  const atUs = Math.max(cutUs, nowUs);
  return schedulesOf(plan, timeline).flatMap((schedule, stream) => {
    const pace = paces[stream];
    if (pace === undefined) return [];
    const from = schedule.firstDueAfter(atUs, 0);
    const entry = schedule.entry(from);
    const tauUs = entry.tauUs + atUs - entry.atUs;
    const { stepUs } = countOf(pace, { seed: plan.seed, stream, n: from });
    const originUs = tauUs < 0 ? 0 : tauUs + (Number.isFinite(stepUs) ? stepUs : 0);
    return [{ stream, from, cause: 'pace' as const, atUs, tauUs, pace, originUs, n: from, events: eventsBefore(plan, entry, from) }];
  });
}

/** Number of events of the stream up to and with batch `b`. */
function reach(schedule: StreamSchedule, b: number): number {
  const { firstEvent, events } = schedule.batch(b);
  return firstEvent + events;
}

/** Events of the stream before batch `from`, which `entry` governed until now. */
function eventsBefore({ seed }: Scheduled, entry: Entry, from: number): number {
  const count = countOf(entry.pace, { seed, stream: entry.stream, n: entry.n });
  return entry.events + count.before(from - entry.n) - count.before(entry.from - entry.n);
}
