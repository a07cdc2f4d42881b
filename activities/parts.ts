/** A part by its names, and what is said of one whose progress is gone. */
import type { NamedPlan, Part } from '../workflows/messages';
import type { PartAddress } from '../src/sinks/sink';

export const addressOf = (plan: NamedPlan, { stream, shard }: Part): PartAddress => ({
  job: plan.job,
  run: plan.run,
  stream: plan.streams[stream]?.name ?? '',
  shard,
  shards: plan.shards,
});

export const lostSentence = ({ stream }: PartAddress, found: number, known: number): string =>
  `progress was lost: the sink holds stream ${stream} up to batch ${String(found)}, but batches up to ${String(known)} were committed. Bring the data back and resume, or stop this job and start anew`;
