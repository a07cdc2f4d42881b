/** What is committed of a part, in the metadata of its group's offset: it changes in the transaction that makes the events visible. */
import { z } from 'zod';
import { LostProgress, Superseded, type PartAddress } from '../sink';
import { totalsSchema } from '../totals';
import { noTotals } from '../../../workflows/ledger';

/** The brokers' limit (`offset.metadata.max.bytes`). */
const MOST_BYTES = 4096;

const count = z.int().min(0);
const schema = z.object({
  v: z.literal(1),
  /** Highest generation that has committed or raised here. */
  generation: count,
  /** First batch that is not committed. */
  next: count,
  totals: totalsSchema,
  /** The topic's id, and its number of partitions when the run began: to the end a key stays in its partition. */
  topic: z.string(),
  partitions: z.int().min(1),
  /** The run was cleaned: nobody writes for it any more. */
  cleaned: z.boolean().optional(),
});

export type Progress = z.infer<typeof schema>;

/** The anchor: from here on, no progress means lost progress. */
export const firstProgress = ({ shard }: PartAddress, topic: { id: string; partitions: number }): Progress => ({
  v: 1,
  generation: 0,
  next: shard,
  totals: { ...noTotals() },
  topic: topic.id,
  partitions: topic.partitions,
});

export function encodeProgress(progress: Progress): string {
  const text = JSON.stringify(progress);
  if (text.length > MOST_BYTES) throw new Error(`progress takes ${String(text.length)} bytes, a broker takes ${String(MOST_BYTES)}`);
  return text;
}

/** @throws LostProgress where it is not what evergen writes */
export function decodeProgress(metadata: string, group: string): Progress {
  try {
    return schema.parse(JSON.parse(metadata));
  } catch (error) {
    throw new LostProgress(`the progress in group ${group} cannot be read: somebody else has committed there. Start the job anew`, {
      cause: error,
    });
  }
}

/** Throws Superseded when a writer of this generation has no business here any more. */
export function admit(progress: Progress, generation: number): void {
  if (progress.cleaned === true) throw new Superseded('the run was cleaned');
  if (progress.generation > generation)
    throw new Superseded(`generation ${String(progress.generation)} has been here, this writer has ${String(generation)}`);
}
