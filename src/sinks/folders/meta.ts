/** `batch_meta.json`: what a batch's folder says of itself. Everything but `committed_at` is a function of the job. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { unless, type Files } from '../disk/files';
import type { Batch } from '../sink';
import { batchId, META, type Kind } from './layout';

/** Of the events' JSON Schemas and of these keys. */
const SCHEMA_VERSION = 1;

const count = z.int().min(0);
export const batchMeta = z.object({
  batch_id: z.string(),
  kind: z.string(),
  /** From 1 per kind, over all runs. */
  batch_number: z.int().min(1),
  /** The job's seed plus the batch's number; null where the seed is not known. */
  seed: count.nullable(),
  mode: z.string(),
  scheduled_at: z.string(),
  committed_at: z.string(),
  /** Lines of the data file: valid + corrupted. */
  record_count: count,
  valid_count: count,
  corrupted_count: count,
  /** Of the data file. */
  bytes: count,
  sha256: z.string(),
  schema_version: count,
});
export type BatchMeta = z.infer<typeof batchMeta>;

export function metaOf(
  { bytes, count, corrupted, dueUs }: Batch,
  { kind, number, seed, mode, nowMs }: { kind: Kind; number: number; seed: number | null; mode: string; nowMs: number },
): BatchMeta {
  return {
    batch_id: batchId(kind, number),
    kind: kind.kind,
    batch_number: number,
    seed: seed === null ? null : seed + number,
    mode,
    scheduled_at: new Date(dueUs / 1000).toISOString(),
    committed_at: new Date(nowMs).toISOString(),
    record_count: count,
    valid_count: count - corrupted,
    corrupted_count: corrupted,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    schema_version: SCHEMA_VERSION,
  };
}

export const encodeMeta = (meta: BatchMeta): Buffer => Buffer.from(`${JSON.stringify(meta, null, 2)}\n`);

/** What is said in a batch's folder; null when it holds no such file, or one that is not ours. */
export async function readMeta(files: Files, folder: string): Promise<BatchMeta | null> {
  const bytes = await unless(files.read(`${folder}/${META}`), 'ENOENT', 'ENOTDIR', 'EISDIR');
  if (bytes === undefined) return null;
  try {
    return batchMeta.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
