/** Of a run that ended early: what some of its writers had not made when others had made later batches (their sink was away, or they were killed). */
import { levelOf } from '../../workflows/level';
import type { Part, Place } from '../../workflows/messages';
import { schedulesOf, type Entry, type Scheduled } from '../../workflows/schedule';

type Made = Part & Pick<Place, 'next'>;

/** More are told by their count. */
const SHOWN = 10;

/**
 * One sentence for people; null: nothing is missing.
 * @param parts all of the run, with the first batch that each has not made
 */
export function missingSaid(plan: Scheduled & { shards: number }, timeline: readonly Entry[], parts: readonly Made[]): string | null {
  if (timeline.length === 0) return null;
  const ends = levelOf({ plan, parts }, schedulesOf(plan, timeline));
  const said = plan.streams.flatMap(({ name }, stream) => {
    const all = missingOf(parts, plan.shards, stream, ends[stream] ?? 0);
    if (all.count === 0) return [];
    const more = all.count > all.first.length ? ` and ${String(all.count - all.first.length)} more` : '';
    return [`${name} ${all.first.join(', ')}${more}`];
  });
  return said.length === 0 ? null : `the run ended with batches missing that belong before its last one: ${said.join('; ')}`;
}

/** How many batches of the stream before `end` were not made, and the first of them. */
function missingOf(parts: readonly Made[], shards: number, stream: number, end: number): { count: number; first: number[] } {
  const late = parts.filter((part) => part.stream === stream && part.next < end);
  const first = late.flatMap(({ next }) =>
    Array.from({ length: Math.min(SHOWN, Math.ceil((end - next) / shards)) }, (_, i) => next + i * shards),
  );
  return {
    count: late.reduce((sum, { next }) => sum + Math.ceil((end - next) / shards), 0),
    first: first.sort((a, b) => a - b).slice(0, SHOWN),
  };
}
