/** The data files of a run with their checksums, for the manifest. */
import { join, relative } from 'node:path';
import type { DataFile } from '../sink';
import { unless, type Files } from './files';
import { partPlace, partsOf } from './layout';
import { readRecord } from './record';
import { Sums } from './sums';

/**
 * Files that are complete: all that were rotated away from, and once the run has ended the last one of each part, too.
 * @param known of an earlier list: a complete file never changes, so it is not read again
 * @param sums where a writer of this process has begun some
 */
export async function dataFiles(
  files: Files,
  runFolder: string,
  ended: boolean,
  known: readonly DataFile[] = [],
  sums = new Sums(files),
): Promise<DataFile[]> {
  const names = (await unless(files.list(join(runFolder, '.writer')), 'ENOENT')) ?? [];
  const before = new Map(known.map((file) => [file.path, file]));
  const found: DataFile[] = [];
  for (const part of partsOf(names.sort())) {
    const place = partPlace(runFolder, part);
    const record = await readRecord(files, place);
    if (record === null || record.cleaned === true) continue;
    for (let file = 0; file < record.file; file++) found.push(await sum(place.data(file), null));
    if (ended && record.offset > 0) found.push(await sum(place.data(record.file), record.offset));
  }
  return found;

  async function sum(absolute: string, length: number | null): Promise<DataFile> {
    const path = relative(runFolder, absolute);
    return before.get(path) ?? { path, ...(await sums.of(absolute, length)) };
  }
}
