/** Events that the target has refused for good: a row each, kept beside the record of progress, put together as the run's `rejected.jsonl`. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { publishFile } from '../disk';
import { partsOf } from '../disk/layout';
import type { PartAddress, Sink } from '../sink';
import type { Outgoing } from './outgoing';
import { eventOf } from './outgoing';
import type { Verdict } from './verdict';

const REJECTED = 'rejected.jsonl';
const MOST_OF_AN_ANSWER = 1_000;
const MOST_OF_AN_EVENT = 4_000;

/** Under this name the disk sink keeps what belongs to a stream: its data files hold the rows. */
const PREFIX = 'rejected-';
export const keptAs = (part: PartAddress): PartAddress => ({ ...part, stream: `${PREFIX}${part.stream}` });

/** One line an event: where it belongs, what the target said, and the event as it was sent. */
export function rowsOf({ part: { stream }, batch, first, count, key }: Outgoing, { reason, answer }: Verdict, at: Date): Buffer {
  const rows = Array.from({ length: count }, (_, k) => ({
    stream,
    batch: batch.number,
    i: first + k,
    key,
    status: Number(reason),
    answer: answer.slice(0, MOST_OF_AN_ANSWER),
    at: at.toISOString(),
    event: eventOf(batch, first + k).toString('utf8', 0, MOST_OF_AN_EVENT),
  }));
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

export const rejectedFile = (runFolder: string): string => join(runFolder, REJECTED);

/** Also where there is none. */
export const removeRejected = (runFolder: string): Promise<void> => rm(rejectedFile(runFolder), { force: true });

/** Publishes the rows of all parts as one file; none where nothing was refused. A late caller replaces nothing newer. */
export async function publishRejected(runFolder: string, run: { job: string; run: string }, generation: number, disk: Sink): Promise<void> {
  const names = await readdir(join(runFolder, '.writer'));
  const chunks: Uint8Array[] = [];
  for (const { stream, shard } of partsOf(names.sort())) {
    if (!stream.startsWith(PREFIX)) continue;
    const found = await disk.read?.({ ...run, stream, shard, shards: 1 });
    for await (const chunk of found?.chunks() ?? []) chunks.push(chunk);
  }
  if (chunks.length > 0) await publishFile(runFolder, REJECTED, generation, Buffer.concat(chunks));
}
