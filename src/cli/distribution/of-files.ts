/** Events as lines of files. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../../spec/failures';

/** Beside the data of a run, and no events. */
const OTHER = /(^|\/)(rejected|quality_ledger)\.jsonl$|(^|\/)rejected-events\//;

/** Lines of a file, or of all `.jsonl` files below a folder. @throws UserError when a folder holds none */
export async function* linesBelow(path: string): AsyncGenerator<string> {
  const files = (await stat(path)).isDirectory() ? await filesIn(path) : [path];
  if (files.length === 0) throw new UserError(`${path} holds no events as JSON lines; of a job that sends them elsewhere, name the job`);
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
