/** Reading what is committed of a run, beside a writer at work: the record first, then the folders that it speaks of. */
import { join } from 'node:path';
import { noTotals } from '../../../workflows/ledger';
import { unless, type Files } from '../disk/files';
import { LostProgress, type Found, type PartAddress } from '../sink';
import { batchId, findPlace, type Place } from './layout';
import { committedOf, readRecord, type FoldersRecord } from './record';
import { rollForward } from './roll-forward';
import type { FoldersSite } from './site';

/** Which folders hold a run's batches of one part. */
export interface Extent extends Pick<Found, 'next' | 'totals'> {
  readonly place: Place;
  /** Number of the first batch, for people. */
  readonly first: number;
  readonly batches: number;
  /** Where its bytes begin in the growing file. */
  readonly origin: number;
  readonly seed: number | null;
  readonly mode: string;
}

export async function find(site: Pick<FoldersSite, 'files' | 'dataDir' | 'path'>, part: PartAddress): Promise<Found | null> {
  const extent = await extentOf(site, part);
  if (extent === null) return null;
  const { next, totals } = extent;
  return { next, totals, chunks: () => committedBytes(site.files, extent) };
}

/** Null for a run that never began here, or was cleaned. */
export async function extentOf(site: Pick<FoldersSite, 'files' | 'dataDir' | 'path'>, part: PartAddress): Promise<Extent | null> {
  const place = await findPlace(site, part);
  const found = place === null ? null : await readRecord(site.files, place);
  if (place === null || found === null || found.job !== part.job) return null;
  const record = await rollForward(site.files, place, found);
  return record.run === part.run ? present(place, record) : earlier(place, record, part);
}

function present(place: Place, record: FoldersRecord): Extent | null {
  if (record.cleaned === true) return null;
  const { first, origin, seed, mode, standing } = record;
  return { place, first, batches: standing.totals.batches, origin, seed, mode, ...committedOf(record) };
}

/** Of a run that another one has followed, what counts is known; how late it was is in its manifest. */
function earlier(place: Place, { eras }: FoldersRecord, { run, shard, shards }: PartAddress): Extent | null {
  const era = eras.find((known) => known.run === run);
  if (era === undefined) return null;
  const { first, batches, records: emitted, valid, corrupted, bytes, offset: origin, seed, mode } = era;
  return {
    place,
    first,
    batches,
    origin,
    seed,
    mode,
    next: shard + batches * shards,
    totals: { ...noTotals(), batches, emitted, valid, corrupted, bytes },
  };
}

async function* committedBytes(files: Files, { place, first, batches }: Extent): AsyncGenerator<Uint8Array> {
  const there = new Set(await unless(files.list(place.events), 'ENOENT'));
  const numbers = Array.from({ length: batches }, (_, i) => first + i);
  const gone = numbers.map((number) => batchId(place.kind, number)).filter((id) => !there.has(id));
  if (gone.length > 0) throw new LostProgress(`${named(gone)} gone from ${place.events}`);
  for (const number of numbers) {
    const path = join(place.batch(number), place.kind.file);
    const bytes = await unless(files.read(path), 'ENOENT', 'ENOTDIR', 'EISDIR');
    if (bytes === undefined) throw new LostProgress(`${path} is gone`);
    if (bytes.length > 0) yield bytes;
  }
}

const NAMED = 10;
const named = (ids: readonly string[]): string =>
  ids.length === 1
    ? `batch folder ${String(ids[0])} is`
    : `batch folders ${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ` and ${String(ids.length - NAMED)} more` : ''} are`;
