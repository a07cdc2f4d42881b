/** Merging what is known of a run: per part the furthest place wins. Nothing is ever added up, so nothing is shown twice or above the truth. */
import { noTotals } from '../../workflows/ledger';
import type { JobState, NamedPlan, Part, Place, Status } from '../../workflows/messages';

export type PartPlace = Part & Place;

/** Places of the parts of `base` (and of any part it does not know yet), each the furthest of all that is given. */
export function furthest(base: readonly PartPlace[], ...seen: readonly (readonly PartPlace[])[]): PartPlace[] {
  const best = new Map<string, PartPlace>();
  for (const place of [base, ...seen].flat()) {
    const key = `${String(place.stream)}/${String(place.shard)}`;
    const known = best.get(key);
    if (known === undefined || place.next > known.next) best.set(key, place);
  }
  return [...best.values()];
}

/** The status of a run that nobody has answered for yet. */
export function unanswered(plan: NamedPlan, state: JobState, startedAtMs: number): Status {
  return {
    plan,
    state,
    settling: true,
    reason: null,
    startedAtMs,
    finishedAtMs: null,
    pausedAtMs: null,
    pausedMs: 0,
    timeline: [],
    parts: plan.streams.flatMap((_, stream) =>
      Array.from({ length: plan.shards }, (_, shard) => ({ stream, shard, next: shard, totals: noTotals() })),
    ),
    skipped: plan.streams.map(() => ({ batches: 0, events: 0 })),
    generation: 0,
    home: null,
    held: false,
    standby: false,
    journal: [],
  };
}
