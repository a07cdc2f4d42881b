/**
 * The record of a part. It is written *before* the folder of a batch is renamed into place, and says what holds before and what holds after:
 * the folder's rename is the commit, and whoever opens next sees by the folder which of the two it is. (Totals in `batch_meta.json` were turned
 * down: lateness differs from run to run, and the metadata must not.)
 */
import { z } from 'zod';
import { noTotals, type Totals } from '../../../workflows/ledger';
import { unless, type Files } from '../disk/files';
import { totalsSchema } from '../totals';
import { LostProgress, SinkError, Superseded, type Committed, type Opening, type PartAddress } from '../sink';
import type { Place } from './layout';

const count = z.int().min(0);
const standing = z.object({
  /** First batch that is not committed. */
  next: count,
  totals: totalsSchema,
  /** Committed bytes of the growing file, all runs together; 0 where there is none. */
  offset: count,
  last: z.object({ batch_id: z.string(), batch_number: count, scheduled_at: z.string(), committed_at: z.string() }).nullable(),
});

/** A run's part of the batches, for people and for `clean`. */
const era = z.object({
  run: z.string(),
  mode: z.string(),
  seed: count.nullable(),
  /** Number of its first batch. */
  first: z.int().min(1),
  batches: count,
  records: count,
  valid: count,
  corrupted: count,
  bytes: count,
  /** Of the growing file: where its bytes begin. */
  offset: count,
});

const schema = z.object({
  version: z.literal(1),
  /** Two jobs must not meet in one place. */
  job: z.string(),
  run: z.string(),
  /** Highest generation of this run that has committed or raised here. */
  generation: count,
  shards: z.int().min(1),
  mode: z.string(),
  seed: count.nullable(),
  /** Number of this run's first batch. */
  first: z.int().min(1),
  /** Where this run's bytes begin in the growing file. */
  origin: count,
  standing,
  /** What holds as soon as a folder with this checksum is there. */
  ahead: z.object({ standing, sha256: z.string() }).nullable(),
  /** Runs that have been here before. */
  eras: z.array(era),
  /** What a clean has begun to delete. */
  doomed: z.array(era),
  /** The data was deleted: this run writes no more. */
  cleaned: z.boolean().optional(),
});

export type FoldersRecord = z.infer<typeof schema>;
export type Standing = z.infer<typeof standing>;
export type Era = z.infer<typeof era>;

export const encodeRecord = (record: FoldersRecord): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

/** The record of a part; null when there is none. */
export async function readRecord(files: Files, { record }: Pick<Place, 'record'>): Promise<FoldersRecord | null> {
  const bytes = await unless(files.read(record), 'ENOENT');
  if (bytes === undefined) return null;
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new LostProgress(`the record ${record} cannot be read: restore it from a backup, or start the job anew`, { cause: error });
  }
}

/** Runs of one job follow each other by name: a later run supersedes an earlier one, a higher generation a lower one of its run. */
function admit(record: FoldersRecord, { run }: Pick<PartAddress, 'run'>, generation: number): void {
  if (record.run > run) throw new Superseded(`run ${record.run} has begun here, this writer is of ${run}`);
  if (record.run < run) return;
  if (record.cleaned === true) throw new Superseded('the run was cleaned');
  if (record.generation > generation) throw new Superseded(`generation ${record.generation} has been here, this writer has ${generation}`);
}

/** A place that was cleaned is anybody's; any other is its job's. */
export function admitPart(record: FoldersRecord, place: Place, part: PartAddress, generation: number): void {
  if (record.job === part.job) admit(record, part, generation);
  else if (record.cleaned !== true)
    throw new SinkError(`${place.raw} belongs to job ${record.job}: choose another path for this job`, false);
}

/** Looks once more, after a step has failed. */
export const again =
  (files: Files, place: Place, { part, generation }: Pick<Opening, 'part' | 'generation'>) =>
  async (): Promise<void> => {
    const record = await readRecord(files, place);
    if (record !== null) admitPart(record, place, part, generation);
  };

/** Number of batch `b` for people. */
export const numberOf = ({ first, shards }: Pick<FoldersRecord, 'first' | 'shards'>, b: number): number => first + Math.floor(b / shards);

export const begun = (shard: number, offset: number): Standing => ({ next: shard, totals: { ...noTotals() }, offset, last: null });

/** The record's own run as one of the eras. */
export const eraOf = ({ run, mode, seed, first, origin, standing: { totals } }: FoldersRecord): Era => ({
  run,
  mode,
  seed,
  first,
  batches: totals.batches,
  records: totals.emitted,
  valid: totals.valid,
  corrupted: totals.corrupted,
  bytes: totals.bytes,
  offset: origin,
});

/** All eras, the record's own one last; those that hold nothing left out. */
export const erasOf = (record: FoldersRecord): Era[] => [...record.eras, eraOf(record)].filter(({ batches }) => batches > 0);

/** What the caller of a writer wants to know. */
export const committedOf = ({ standing: { next, totals } }: FoldersRecord): Committed & { totals: Totals } => ({ next, totals });
