/** Events as lines of files. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { counted } from '../../figures';
import { UserError } from '../../spec/failures';

/** Beside the data of a run, and no events. */
const OTHER = /(^|\/)(rejected|quality_ledger)\.jsonl$|(^|\/)rejected-events\//;

/** The file itself, or all `.jsonl` files of events below a folder. @throws UserError when a folder holds none */
export async function filesAt(path: string): Promise<string[]> {
  const files = (await stat(path)).isDirectory() ? await filesIn(path) : [path];
  if (files.length > 0) return files;
  throw new UserError(`${path} holds no events as JSON lines; of a job that sends them elsewhere, name the job`);
}

/** More folders than this are not named one by one. */
const MOST_NAMED = 5;

/** What is counted, in words: of a job's folder also the runs. @param root what was asked for; absolute, as the files are */
export function filesText(root: string, files: readonly string[]): string {
  const folders = [...new Set(files.map((file) => relative(root, dirname(file))))].filter((folder) => folder !== '' && folder !== '..');
  const more = folders.length - MOST_NAMED;
  const named = [...folders.slice(0, MOST_NAMED), ...(more > 0 ? [`${counted(more, 'more folder')}`] : [])];
  return `${root}: ${counted(files.length, 'file')}${named.length === 0 ? '' : ` in ${named.join(', ')}`}`;
}

export async function* linesIn(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) if (line !== '') yield line;
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths
    .filter((path) => path.endsWith('.jsonl') && !OTHER.test(path))
    .sort()
    .map((path) => join(folder, path));
}
