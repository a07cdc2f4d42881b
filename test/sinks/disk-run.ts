/** Writers of files as activities use them, and what they left on disk, for both layouts: growing part files, and a folder a batch. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { noTotals } from '../../workflows/ledger';
import { createDisk } from '../../src/sinks/disk';
import type { Files } from '../../src/sinks/disk/files';
import { nodeFiles } from '../../src/sinks/disk/node-files';
import { createFolders } from '../../src/sinks/folders';
import type { Committed, PartAddress, Sink } from '../../src/sinks/sink';
import { commitAll } from './conformance';
import { quickFiles } from './stepped-files';

/** So small that a few batches rotate. */
const FILE_LIMIT = 400;

const known = { next: 0, totals: noTotals() };

export interface Layout {
  readonly part: PartAddress;
  over(dataDir: string, files?: Files): Sink;
  /** Where the data is, and where the record and the writers' folders are. */
  folder(dataDir: string): string;
  writers(dataDir: string): string;
  /** Stands in the names of what a later batch makes. */
  readonly later: string;
  /** Batches before and after the twin, enough for all that can happen to a file or folder. */
  readonly before: number;
  readonly all: number;
}

const run = { job: 'nightly', run: '20260105T231000.123Z', shard: 0, shards: 1 };

const growing: Layout = {
  part: { ...run, stream: 'intakes' },
  over: (dataDir, files = quickFiles) => diskOver(dataDir, files),
  folder: (dataDir) => join(dataDir, 'jobs', run.job, run.run),
  writers: (dataDir) => join(dataDir, 'jobs', run.job, run.run, '.writer/intakes-00'),
  later: '00-000001',
  before: 4,
  all: 12,
};

const folders: Layout = {
  part: { ...run, stream: 'companies' },
  over: (dataDir, files = quickFiles) => createFolders({ mode: 'emulated' }, { dataDir }, files, () => 0),
  folder: (dataDir) => dataDir,
  writers: (dataDir) => join(dataDir, 'raw/.writer/companies-00'),
  later: 'company-000003',
  before: 1,
  all: 3,
};

export const layouts: [string, Layout][] = [
  ['part files', growing],
  ['batch folders', folders],
];

/** Runs over one of the layouts. */
export function runsOver({ part, over, folder }: Layout) {
  /** The first settle, or with `create: false` any other one: opens, raises, answers what is committed. */
  async function settle(sink: Sink, generation: number, create = false): Promise<Committed> {
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
  async function emit(sink: Sink, generation: number, until: number, sizes = [2, 3, 1]): Promise<number> {
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
  async function dataOf(dataDir: string): Promise<Record<string, string>> {
    const names = await fs.readdir(folder(dataDir), { recursive: true });
    const found: Record<string, string> = {};
    for (const name of names.filter((n) => !/(^|\/)\.(writer|evergen-home)/.test(n)).sort()) {
      const path = join(folder(dataDir), name);
      if ((await fs.stat(path)).isFile()) found[name] = await fs.readFile(path, 'utf8');
    }
    return found;
  }

  /** What a run of so many batches leaves when nobody disturbs it. */
  async function undisturbed(dataDir: string, batches: number): Promise<Record<string, string>> {
    const sink = over(dataDir);
    await settle(sink, 1, true);
    await emit(sink, 1, batches);
    await settle(sink, 2);
    return dataOf(dataDir);
  }

  return { settle, emit, dataOf, undisturbed };
}

export const { part } = growing;
export const diskOver = (dataDir: string, files: Files = nodeFiles, fileLimit = FILE_LIMIT): Sink =>
  createDisk({}, { dataDir }, files, fileLimit);
export const { settle, emit, dataOf, undisturbed } = runsOver(growing);
