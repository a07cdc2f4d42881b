/** The record beside the data: what of it is committed. Its rename into place is the commit. */
import { z } from 'zod';
import { noTotals } from '../../../workflows/ledger';
import { LostProgress, Superseded, type PartAddress } from '../sink';
import { totalsSchema } from '../totals';
import { unless, type Files } from './files';
import type { PartPlace } from './layout';

const count = z.int().min(0);
const schema = z.object({
  version: z.literal(1),
  /** Two jobs that name the same path could meet in one folder. */
  job: z.string(),
  /** Highest generation that has committed or raised here. */
  generation: count,
  /** First batch that is not committed. */
  next: count,
  totals: totalsSchema,
  /** Of a sink that sends event by event: batches from `next` on that it has begun, and how many of their events are done. */
  begun: z.object({ batches: count, events: count }).optional(),
  /** Number of the data file in hand, and how many of its bytes are committed. */
  file: count,
  offset: count,
  /** The data was deleted: nobody writes here any more. */
  cleaned: z.boolean().optional(),
});

export type PartRecord = z.infer<typeof schema>;

export const firstRecord = ({ job, shard }: PartAddress): PartRecord => ({
  version: 1,
  job,
  generation: 0,
  next: shard,
  totals: { ...noTotals() },
  file: 0,
  offset: 0,
});

export const encodeRecord = (record: PartRecord): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

/** The record of a part; null when there is none. */
export async function readRecord(files: Files, place: PartPlace): Promise<PartRecord | null> {
  const bytes = await unless(files.read(place.record), 'ENOENT');
  if (bytes === undefined) return null;
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new LostProgress(`the record ${place.record} cannot be read: restore it from a backup, or start the job anew`, { cause: error });
  }
}

/** Throws Superseded when a writer of this generation has no business here any more. */
export function admit(record: PartRecord, generation: number): void {
  if (record.cleaned === true) throw new Superseded('the run was cleaned');
  if (record.generation > generation) throw new Superseded(`generation ${record.generation} has been here, this writer has ${generation}`);
}

/** Looks once more, after a step has failed. */
export const readmit = (files: Files, place: PartPlace, generation: number) => async (): Promise<void> => {
  const record = await readRecord(files, place);
  if (record !== null) admit(record, generation);
};
