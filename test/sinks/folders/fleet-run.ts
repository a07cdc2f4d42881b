/** Parts of a fleet's runs, written through the sink, and what lies there then. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { noTotals } from '../../../workflows/ledger';
import { createFolders } from '../../../src/sinks/folders';
import type { PartAddress, SinkLog } from '../../../src/sinks/sink';
import { commitAll } from '../conformance';

export const SEED = 42;
export const runName = (n: number) => `20260105T23100${String(n)}.000Z`;
export const partOf = (stream: string, run = 1): PartAddress => ({ job: 'fleet', run: runName(run), stream, shard: 0, shards: 1 });

export interface Run {
  dataDir: string;
  mode?: 'production' | 'emulated';
  first?: Record<string, number>;
  log?: SinkLog;
  spec?: unknown;
}

export const sinkOf = ({ dataDir, mode = 'emulated', first, log }: Run) =>
  createFolders({ mode, ...(first === undefined ? {} : { first }) }, { dataDir, ...(log === undefined ? {} : { log }) });

/** Begins a part and commits its first batches. */
export async function write(run: Run, part: PartAddress, batches: number): Promise<void> {
  const writer = sinkOf(run).open({
    part,
    generation: 1,
    create: true,
    known: { next: 0, totals: noTotals() },
    about: { seed: SEED, spec: run.spec ?? {} },
  });
  const { next } = await writer.committed();
  await writer.raise();
  try {
    await commitAll(writer, part, batches, [1], next);
  } finally {
    await writer.close();
  }
}

export const fileIn = (dataDir: string, path: string) => fs.readFile(join(dataDir, path), 'utf8');
export const json = async (dataDir: string, path: string): Promise<unknown> => JSON.parse(await fileIn(dataDir, path));
export const names = async (dataDir: string, path: string) => (await fs.readdir(join(dataDir, path))).sort();
