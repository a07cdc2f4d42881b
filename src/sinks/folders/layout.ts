/** Where things are: `raw/events/<batch id>/` a batch, `raw/<stream>.jsonl` all of a stream that grows, `raw/.writer/` the records, `manifests/` what people and `clean` read. */
import { join } from 'node:path';
import { findInside, makeFolders, makeInside } from '../disk/layout';
import type { PartAddress } from '../sink';
import type { FoldersSite } from './site';

type Where = Pick<FoldersSite, 'files' | 'dataDir' | 'path'>;

/** How the batches of a stream are named. */
export interface Kind {
  /** In batch ids and metadata. */
  readonly kind: string;
  /** For people: `Company batch 1: 10 companies generated`. */
  readonly noun: string;
  readonly plural: string;
  /** Data file in a batch's folder. */
  readonly file: string;
  /** Below `raw/`: the file that holds every event of the stream so far. */
  readonly grows?: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  companies: { kind: 'company', noun: 'Company', plural: 'companies', file: 'companies.jsonl', grows: 'companies.jsonl' },
  drivers: { kind: 'driver', noun: 'Driver', plural: 'events', file: 'events.jsonl' },
};

export function kindOf({ stream, shard }: Pick<PartAddress, 'stream' | 'shard'>): Kind {
  const known = KINDS[stream] ?? { kind: stream, noun: stream, plural: 'events', file: 'events.jsonl' };
  if (shard === 0) return known;
  // Each shard numbers its own batches: without its number in the name, two would meet in one folder.
  const suffix = `-${String(shard).padStart(2, '0')}`;
  return {
    ...known,
    kind: known.kind + suffix,
    ...(known.grows === undefined ? {} : { grows: known.grows.replace('.jsonl', `${suffix}.jsonl`) }),
  };
}

export const META = 'batch_meta.json';
export const LEDGER = 'quality_ledger.jsonl';

export interface Place {
  readonly kind: Kind;
  /** Absolute, symbolic links resolved. */
  readonly raw: string;
  readonly events: string;
  readonly manifests: string;
  readonly seeds: string;
  readonly writer: string;
  readonly record: string;
  /** The growing file; null for streams without one. */
  readonly all: string | null;
  /** Folder of the batch with this number (from 1). */
  batch(number: number): string;
}

export const batchId = ({ kind }: Kind, number: number): string => `${kind}-${String(number).padStart(6, '0')}`;

/** Relative to the data directory. */
export const below = (path: string | undefined, folder: string): string => (path === undefined ? folder : `${path}/${folder}`);

/** The place of a part whose folders are there; null when there is no `raw`. */
export async function findPlace({ files, dataDir, path }: Where, part: Pick<PartAddress, 'stream' | 'shard'>): Promise<Place | null> {
  const raw = await findInside(files, dataDir, below(path, 'raw'));
  return raw === null ? null : placeAt(raw, part);
}

/** The same, each missing folder made; refused when a symbolic link leads out of the data directory. */
export async function makePlace({ files, dataDir, path }: Where, part: Pick<PartAddress, 'stream' | 'shard'>): Promise<Place> {
  const raw = await makeInside(files, dataDir, below(path, 'raw'));
  await makeInside(files, dataDir, below(path, 'raw/events'));
  await makeInside(files, dataDir, below(path, 'manifests/seeds'));
  const place = placeAt(raw, part);
  await makeFolders(files, place.writer);
  return place;
}

function placeAt(raw: string, part: Pick<PartAddress, 'stream' | 'shard'>): Place {
  const kind = kindOf(part);
  const writer = join(raw, '.writer', `${part.stream}-${String(part.shard).padStart(2, '0')}`);
  const manifests = join(raw, '..', 'manifests');
  const events = join(raw, 'events');
  return {
    kind,
    raw,
    events,
    manifests,
    seeds: join(manifests, 'seeds'),
    writer,
    record: join(writer, 'record.json'),
    all: kind.grows === undefined ? null : join(raw, kind.grows),
    batch: (number) => join(events, batchId(kind, number)),
  };
}
