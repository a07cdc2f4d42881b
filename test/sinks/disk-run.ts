/** Writers of the disk sink as activities use them, and what they left on disk. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { noTotals } from '../../workflows/ledger';
import { createDisk } from '../../src/sinks/disk';
import type { Files } from '../../src/sinks/disk/files';
import { nodeFiles } from '../../src/sinks/disk/node-files';
import type { Committed, PartAddress, Sink } from '../../src/sinks/sink';
import { commitAll } from './conformance';

/** So small that a few batches rotate. */
const FILE_LIMIT = 400;

export const part: PartAddress = { job: 'nightly', run: '20260105T231000.123Z', stream: 'intakes', shard: 0, shards: 1 };

export const diskOver = (dataDir: string, files: Files = nodeFiles, fileLimit = FILE_LIMIT): Sink =>
  createDisk({}, { dataDir }, files, fileLimit);

const known = { next: 0, totals: noTotals() };

/** The first settle, or with `create: false` any other one: opens, raises, answers what is committed. */
export async function settle(sink: Sink, generation: number, create = false): Promise<Committed> {
  const writer = sink.open({ part, generation, create, known });
  try {
    const committed = await writer.committed();
    await writer.raise();
    return committed;
  } finally {
    await writer.close();
  }
}

/** Opens and commits up to batch `until`, in groups of these sizes. */
export async function emit(sink: Sink, generation: number, until: number, sizes = [2, 3, 1]): Promise<number> {
  const writer = sink.open({ part, generation, create: false, known });
  try {
    const { next } = await writer.committed();
    await commitAll(writer, part, until, sizes, next);
    return Math.max(next, until);
  } finally {
    await writer.close();
  }
}

/** All files of the run but those of the writers, by name: whole, so that an uncommitted tail shows, too. */
export async function dataOf(dataDir: string): Promise<Record<string, string>> {
  const run = join(dataDir, 'jobs', part.job, part.run);
  const names = await fs.readdir(run, { recursive: true });
  const found: Record<string, string> = {};
  for (const name of names.filter((n) => !n.startsWith('.writer')).sort()) {
    const path = join(run, name);
    if ((await fs.stat(path)).isFile()) found[name] = await fs.readFile(path, 'utf8');
  }
  return found;
}

/** What a run of so many batches leaves when nobody disturbs it. */
export async function undisturbed(dataDir: string, batches: number): Promise<Record<string, string>> {
  const sink = diskOver(dataDir);
  await settle(sink, 1, true);
  await emit(sink, 1, batches);
  await settle(sink, 2);
  return dataOf(dataDir);
}
