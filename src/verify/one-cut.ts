/** Every change of a timeline (hold, skip, pace) must begin after one cut for the whole job: else streams that refer to each other contradict each other. */
import { schedulesOf, type Entry, type Scheduled } from '../../workflows/schedule';

/** Each change for which there is no instant such that every stream's batches due by then, and no others, are before the change. */
export function cutProblems(plan: Scheduled, timeline: readonly Entry[]): string[] {
  return changesOf(timeline).flatMap(({ at, entries }) => {
    const schedules = schedulesOf(plan, timeline.slice(0, at));
    const bounds = entries.map(({ stream, from }) => {
      const schedule = schedules[stream];
      return { stream, from, last: from === 0 ? -Infinity : schedule?.batch(from - 1).dueUs, next: schedule?.batch(from).dueUs };
    });
    const kept = Math.max(...bounds.map(({ last = -Infinity }) => last));
    const moved = bounds.filter(({ next = Infinity }) => next <= kept);
    if (moved.length === 0) return [];
    const told = bounds.map(({ stream, from }) => `${plan.streams[stream]?.name ?? String(stream)} from batch ${String(from)}`);
    return [
      `entry ${String(at)} of the timeline, a ${entries[0]?.cause ?? 'change'}, has no cut that is one for all streams: ${told.join(', ')}`,
    ];
  });
}

/** Entries that were appended together: of one cause, one stream after the other. */
function changesOf(timeline: readonly Entry[]): { at: number; entries: Entry[] }[] {
  const changes: { at: number; entries: Entry[] }[] = [];
  timeline.forEach((entry, at) => {
    const open = changes.at(-1);
    const last = open?.entries.at(-1);
    if (entry.cause === 'start') return;
    if (open !== undefined && open.at + open.entries.length === at && last?.cause === entry.cause && last.stream < entry.stream)
      open.entries.push(entry);
    else changes.push({ at, entries: [entry] });
  });
  return changes;
}
