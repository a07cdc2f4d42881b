/** Where things are: `<run>/<stream>/<shard>-<part>.jsonl` for the data, `<run>/.writer/<stream>-<shard>/` for the record and the writers' own folders. */
import { join } from 'node:path';
import { SinkError, type PartAddress } from '../sink';
import { codeOf, syncFolder, unless, type Files } from './files';

/** `jobs/<job>/<run>`, or `<path>/<run>` where the options name a path: relative to the data directory. */
export function runPath({ job, run }: { job: string; run: string }, path?: string): string {
  for (const name of [job, run]) checkName(name);
  return path === undefined ? `jobs/${job}/${run}` : `${path}/${run}`;
}

/** Absolute folder of a run, symbolic links not resolved. */
export const runFolder = (dataDir: string, run: { job: string; run: string }, path?: string): string => join(dataDir, runPath(run, path));

/** The folders and the record of one part. */
export interface PartPlace {
  readonly run: string;
  /** Folder of the data files, shared by the stream's shards. */
  readonly stream: string;
  /** Folder of the record and of the writers' own folders. */
  readonly writer: string;
  readonly record: string;
  /** Path of data file number `file`. */
  data(file: number): string;
  /** Number of the data file of this part with that name, or null. */
  number(name: string): number | null;
}

export function partPlace(run: string, { stream, shard }: Pick<PartAddress, 'stream' | 'shard'>): PartPlace {
  checkName(stream);
  const folder = join(run, stream);
  const prefix = String(shard).padStart(2, '0');
  const writer = join(run, '.writer', `${stream}-${prefix}`);
  const pattern = new RegExp(`^${prefix}-(\\d{6,})\\.jsonl$`);
  return {
    run,
    stream: folder,
    writer,
    record: join(writer, 'record.json'),
    data: (file) => join(folder, `${prefix}-${String(file).padStart(6, '0')}.jsonl`),
    number: (name) => {
      const digits = pattern.exec(name)?.[1];
      return digits === undefined ? null : Number(digits);
    },
  };
}

/** The parts that were ever begun in a run, by their writers' folders. */
export function partsOf(writerNames: readonly string[]): { stream: string; shard: number }[] {
  return writerNames.flatMap((name) => {
    const [, stream, shard] = /^(.+)-(\d\d)$/.exec(name) ?? [];
    return stream === undefined || shard === undefined ? [] : [{ stream, shard: Number(shard) }];
  });
}

/** A segment of `path`: no `.`, no `..`, nothing hidden. */
const SEGMENT = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]*$/u;
export const isRelativePath = (path: string): boolean => path.split('/').every((segment) => SEGMENT.test(segment));

/** A job, run or stream: as a segment, and with the colons of a scheduled job's instant. */
function checkName(name: string): void {
  if (!SEGMENT.test(name.replaceAll(':', ''))) throw new Error(`not a name for a file: ${JSON.stringify(name)}`);
}

/** Makes a folder and all above it that are missing. */
export async function makeFolders(files: Files, folder: string): Promise<void> {
  try {
    await files.mkdir(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolders(files, join(folder, '..'));
    await unless(files.mkdir(folder), 'EEXIST');
  }
}

/** The real path of a folder below the data directory, each missing folder made and durable; refused when a symbolic link leads out. */
export async function makeInside(files: Files, dataDir: string, relative: string): Promise<string> {
  await makeFolders(files, dataDir);
  const root = await files.realpath(dataDir);
  let at = root;
  for (const segment of relative.split('/')) {
    const folder = join(at, segment);
    await unless(files.mkdir(folder), 'EEXIST');
    await syncFolder(files, at);
    at = stayInside(root, await files.realpath(folder));
  }
  return at;
}

/** The real path of a folder below the data directory; null when it is not there. */
export async function findInside(files: Files, dataDir: string, relative: string): Promise<string | null> {
  const root = await unless(files.realpath(dataDir), 'ENOENT');
  const found = root === undefined ? undefined : await unless(files.realpath(join(root, relative)), 'ENOENT');
  return root === undefined || found === undefined ? null : stayInside(root, found);
}

function stayInside(root: string, found: string): string {
  if (found.startsWith(root === '/' ? root : `${root}/`)) return found;
  throw new SinkError(
    `${found} is outside the data directory ${root}: a symbolic link leads there; remove it or choose another path`,
    false,
  );
}
