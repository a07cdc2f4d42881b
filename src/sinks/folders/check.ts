/** Whether what lies around the events agrees with them: metadata, ledgers, the file that grows, folders beyond the record. For `verify`, which compares the events themselves. */
import { join } from 'node:path';
import { unless, type Files } from '../disk/files';
import { nodeFiles } from '../disk/node-files';
import { LostProgress, type Batch, type Found, type PartAddress } from '../sink';
import { batchId, findPlace, LEDGER, META, type Place } from './layout';
import { metaOf, readMeta, type BatchMeta } from './meta';
import { extentOf, find, type Extent } from './read';
import { numberOf, readRecord } from './record';
import { rollForward } from './roll-forward';

export interface FoldersReader {
  read(part: PartAddress): Promise<Found | null>;
  /** Sentences; empty when all agrees. */
  contradictions(part: PartAddress): Promise<string[]>;
  /** What a batch's metadata says otherwise than the batch itself, as a sentence; null: nothing. */
  misstated(part: PartAddress, batch: Batch): Promise<string | null>;
  /** `batch folder driver-000012`, of batch number `batch` (from 0). */
  nameOf(part: PartAddress, batch: number): Promise<string>;
  /** The ledger in the folder of batch number `batch` (from 0); `rows` null: there is none. */
  ledgerOf(part: PartAddress, batch: number): Promise<{ path: string; rows: Buffer | null }>;
  /** Paths that nothing committed accounts for. Only of use while nobody writes. */
  excess(parts: readonly PartAddress[]): Promise<string[]>;
  /** Which file holds a byte of the part, counted over all its batches, and which byte of that file it is. */
  fileAt(part: PartAddress, byte: number): Promise<{ path: string; byte: number }>;
}

/** Reads a data directory without its process: nobody is fenced. */
export function openFolders(dataDir: string, path: string | undefined): FoldersReader {
  const files = nodeFiles;
  const where = { files, dataDir, path };
  // Where a run's batches begin stays as it is, however many follow: it is looked up once a part, not for each of them.
  const extents = new Map<string, Extent>();
  const extentFor = async (part: PartAddress): Promise<Extent> => {
    const key = `${part.stream}-${String(part.shard)}`;
    const extent = extents.get(key) ?? (await extentOf(where, part));
    if (extent === null) throw new LostProgress('nothing was ever begun here, or it was cleaned');
    extents.set(key, extent);
    return extent;
  };
  return {
    read: (part) => find(where, part),
    async contradictions(part) {
      const extent = await extentOf(where, part);
      return extent === null ? [] : contradictions(files, extent);
    },
    misstated: async (part, batch) => misstated(files, await extentFor(part), part, batch),
    async nameOf(part, batch) {
      const extent = await extentOf(where, part);
      // Where the record is gone, too, nobody knows with which number the run began.
      if (extent === null) return `batch ${String(batch)}`;
      return `batch folder ${batchId(extent.place.kind, numberOf({ first: extent.first, shards: part.shards }, batch))}`;
    },
    async ledgerOf(part, batch) {
      const { place, first } = await extentFor(part);
      const path = join(place.batch(numberOf({ first, shards: part.shards }, batch)), LEDGER);
      return { path, rows: (await unless(files.read(path), 'ENOENT', 'ENOTDIR')) ?? null };
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

/** The growing file against the batches that it is made of. */
async function contradictions(files: Files, { place, first, batches, origin }: Extent): Promise<string[]> {
  if (place.all === null) return [];
  const all = await unless(files.open(place.all), 'ENOENT');
  if (all === undefined) return [`${place.all} is gone`];
  try {
    let offset = origin;
    for (let number = first; number < first + batches; number++) {
      const folder = place.batch(number);
      const bytes = await unless(files.read(join(folder, place.kind.file)), 'ENOENT', 'ENOTDIR');
      // A batch that is gone is named by whoever reads the events.
      if (bytes === undefined) return [];
      if (!(await all.read(bytes.length, offset)).equals(bytes))
        return [`${place.all} differs from ${folder} at byte ${String(offset)} or after it`];
      offset += bytes.length;
    }
    return [];
  } finally {
    await all.close();
  }
}

async function misstated(
  files: Files,
  { place, first, seed, mode }: Extent,
  { shards }: PartAddress,
  batch: Batch,
): Promise<string | null> {
  const number = numberOf({ first, shards }, batch.number);
  const path = join(place.batch(number), META);
  const meta = await readMeta(files, place.batch(number));
  if (meta === null) return `${path} cannot be read`;
  // When it was committed follows from nothing; but it was some time.
  const nowMs = Date.parse(meta.committed_at);
  if (Number.isNaN(nowMs)) return `${path} does not say when its events were committed`;
  const truth = metaOf(batch, { kind: place.kind, number, seed, mode, nowMs });
  const wrong = (Object.keys(truth) as (keyof BatchMeta)[]).filter((key) => meta[key] !== truth[key]);
  return wrong.length === 0 ? null : `${path} is not about the events beside it: ${wrong.join(', ')}`;
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
