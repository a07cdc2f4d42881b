/** A run's folder as a place to read from, without the data directory that it was written in: `verify FOLDER`. */
import { join } from 'node:path';
import type { Found, PartAddress } from '../sink';
import { unless } from './files';
import { partPlace, partsOf } from './layout';
import { nodeFiles as files } from './node-files';
import { findIn } from './read';
import { readRecord } from './record';

export interface RunFolder {
  read(part: PartAddress): Promise<Found | null>;
  /** Data files, relative to the folder, that no record accounts for, or that hold more than it says. Only of use while nobody writes. */
  excess(): Promise<string[]>;
}

export const openRunFolder = (folder: string): RunFolder => ({
  read: (part) => findIn(files, folder, part),
  excess: () => excess(folder),
});

async function excess(folder: string): Promise<string[]> {
  const writers = (await unless(files.list(join(folder, '.writer')), 'ENOENT')) ?? [];
  const parts = partsOf(writers.sort());
  const found: string[] = [];
  for (const stream of new Set(parts.map((part) => part.stream))) {
    const ends = new Map<string, number>();
    for (const part of parts.filter((part) => part.stream === stream)) {
      const place = partPlace(folder, part);
      const record = await readRecord(files, place);
      if (record === null || record.cleaned === true) continue;
      for (let file = 0; file < record.file; file++) ends.set(place.data(file), Infinity);
      ends.set(place.data(record.file), record.offset);
    }
    for (const name of (await unless(files.list(join(folder, stream)), 'ENOENT')) ?? []) {
      const path = join(folder, stream, name);
      const end = ends.get(path);
      if (end === undefined || (await sizeOf(path)) > end) found.push(`${stream}/${name}`);
    }
  }
  return found;
}

async function sizeOf(path: string): Promise<number> {
  const handle = await files.open(path);
  try {
    return await handle.size();
  } finally {
    await handle.close();
  }
}
