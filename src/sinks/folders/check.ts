/** Whether what lies around the events agrees with them: metadata, the file that grows, folders beyond the record. For `verify`, which compares the events themselves. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { unless, type Files } from '../disk/files';
import { nodeFiles } from '../disk/node-files';
import type { Found, PartAddress } from '../sink';
import { batchId, findPlace, META, type Place } from './layout';
import { readMeta } from './meta';
import { extentOf, find, type Extent } from './read';
import { readRecord } from './record';
import { rollForward } from './roll-forward';

export interface FoldersReader {
  read(part: PartAddress): Promise<Found | null>;
  /** Sentences; empty when all agrees. */
  contradictions(part: PartAddress): Promise<string[]>;
  /** Paths that nothing committed accounts for. Only of use while nobody writes. */
  excess(parts: readonly PartAddress[]): Promise<string[]>;
  /** Which file holds a byte of the part, counted over all its batches, and which byte of that file it is. */
  fileAt(part: PartAddress, byte: number): Promise<{ path: string; byte: number }>;
}

/** Reads a data directory without its process: nobody is fenced. */
export function openFolders(dataDir: string, path: string | undefined): FoldersReader {
  const files = nodeFiles;
  const where = { files, dataDir, path };
  return {
    read: (part) => find(where, part),
    async contradictions(part) {
      const extent = await extentOf(where, part);
      return extent === null ? [] : contradictions(files, extent);
    },
    async excess(parts) {
      const all = await Promise.all(parts.map((part) => findPlace(where, part)));
      return (await Promise.all(all.map((place) => (place === null ? [] : excess(files, place))))).flat();
    },
    async fileAt(part, byte) {
      const extent = await extentOf(where, part);
      let at = byte;
      for (let i = 0; extent !== null && i < extent.batches; i++) {
        const folder = extent.place.batch(extent.first + i);
        const size = (await unless(files.read(join(folder, extent.place.kind.file)), 'ENOENT', 'ENOTDIR'))?.length ?? 0;
        if (at < size || i === extent.batches - 1) return { path: join(folder, extent.place.kind.file), byte: at };
        at -= size;
      }
      return { path: '', byte };
    },
  };
}

async function contradictions(files: Files, { place, first, batches, origin }: Extent): Promise<string[]> {
  const problems: string[] = [];
  const all = place.all === null ? undefined : await unless(files.open(place.all), 'ENOENT');
  if (place.all !== null && all === undefined) problems.push(`${place.all} is gone`);
  try {
    let offset = origin;
    for (let number = first; number < first + batches; number++) {
      const folder = place.batch(number);
      const bytes = await unless(files.read(join(folder, place.kind.file)), 'ENOENT', 'ENOTDIR');
      // A batch that is gone is named by whoever reads the events.
      if (bytes === undefined) return problems;
      const wrong = await misstated(files, place, number, bytes);
      if (wrong.length > 0) problems.push(`${join(folder, META)} is not about the events beside it: ${wrong.join(', ')}`);
      if (all !== undefined && !(await all.read(bytes.length, offset)).equals(bytes)) {
        problems.push(`${String(place.all)} differs from ${folder} at byte ${String(offset)} or after it`);
        return problems;
      }
      offset += bytes.length;
    }
    return problems;
  } finally {
    await all?.close();
  }
}

/** Keys of the metadata that say something else than the events do. */
async function misstated(files: Files, place: Place, number: number, bytes: Buffer): Promise<string[]> {
  const meta = await readMeta(files, place.batch(number));
  if (meta === null) return ['it cannot be read'];
  const lines = bytes.reduce((count, byte) => count + Number(byte === 10), 0);
  const truth: Partial<typeof meta> = {
    batch_id: batchId(place.kind, number),
    kind: place.kind.kind,
    batch_number: number,
    record_count: lines,
    valid_count: lines - meta.corrupted_count,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const said: Record<string, unknown> = meta;
  return Object.entries(truth).flatMap(([key, value]) => (said[key] === value ? [] : [key]));
}

async function excess(files: Files, place: Place): Promise<string[]> {
  const record = await readRecord(files, place);
  if (record === null || record.cleaned === true) return [];
  const { first, standing, eras } = await rollForward(files, place, record);
  const ranges = [...eras, { first, batches: standing.totals.batches }];
  const expected = new Set(ranges.flatMap((era) => Array.from({ length: era.batches }, (_, i) => batchId(place.kind, era.first + i))));
  const pattern = new RegExp(`^${place.kind.kind}-\\d{6,}$`);
  const beyond = (await files.list(place.events)).filter((name) => pattern.test(name) && !expected.has(name));
  const all = place.all === null ? undefined : await unless(files.open(place.all), 'ENOENT');
  try {
    const longer = all !== undefined && (await all.size()) > standing.offset ? [String(place.all)] : [];
    return [...beyond.sort().map((name) => join(place.events, name)), ...longer];
  } finally {
    await all?.close();
  }
}
