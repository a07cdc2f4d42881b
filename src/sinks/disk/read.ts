/** Reading what is committed, beside a writer at work: the record first, then no byte beyond it. A data file may get a new inode meanwhile, with the same committed bytes. */
import { LostProgress, type Found, type PartAddress } from '../sink';
import { unless, type Files } from './files';
import { findInside, partPlace, runPath, type PartPlace } from './layout';
import { readRecord } from './record';
import type { Spot } from './rotation';
import type { Site } from './site';

const CHUNK = 256 * 1024;

export async function find({ files, dataDir, path }: Site, part: PartAddress): Promise<Found | null> {
  const run = await findInside(files, dataDir, runPath(part, path));
  return run === null ? null : findIn(files, run, part);
}

/** The same in a run's folder, wherever it has been copied to. */
export async function findIn(files: Files, run: string, part: Pick<PartAddress, 'stream' | 'shard'>): Promise<Found | null> {
  const place = partPlace(run, part);
  const record = await readRecord(files, place);
  if (record === null || record.cleaned === true) return null;
  return { next: record.next, totals: record.totals, chunks: () => committedBytes(files, place, record) };
}

async function* committedBytes(files: Files, place: PartPlace, end: Spot): AsyncGenerator<Uint8Array> {
  for (let file = 0; file <= end.file; file++) {
    const last = file === end.file;
    if (last && end.offset === 0) return;
    yield* bytesOf(files, place.data(file), last ? end.offset : null);
  }
}

/** The first `length` bytes of a file, or all of them (null: a file that is complete). */
async function* bytesOf(files: Files, path: string, length: number | null): AsyncGenerator<Buffer> {
  const handle = await unless(files.open(path), 'ENOENT');
  if (handle === undefined) throw new LostProgress(`${path} is gone`);
  try {
    for (let at = 0; length === null || at < length;) {
      const chunk = await handle.read(length === null ? CHUNK : Math.min(CHUNK, length - at), at);
      if (chunk.length === 0 && length !== null) throw new LostProgress(`${path} ends at ${at}, but ${length} bytes were committed`);
      if (chunk.length === 0) return;
      at += chunk.length;
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}
