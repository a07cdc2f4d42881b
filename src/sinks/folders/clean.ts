/**
 * Deleting batches: all runs of the job, since they share the numbers and the growing file, or those of one mode. As a writer it fences every part
 * and leaves a record that names what is to go; only then it deletes, and forgets it. So each step may be done again.
 */
import { join } from 'node:path';
import { asWriterError } from '../disk/failures';
import { syncFolder, unless, type Files } from '../disk/files';
import { fence } from '../disk/open';
import type { Owner } from '../disk/owner';
import { sweep, surveyed, together } from '../disk/sweep';
import type { Cleaned, PartAddress } from '../sink';
import { keepOnly } from './growing';
import { findPlace, makePlace, type Place } from './layout';
import { publishManifests } from './manifests';
import { admitPart, begun, eraOf, erasOf, readRecord, type Era, type FoldersRecord } from './record';
import { publishRecord, rollForward } from './roll-forward';
import type { FoldersSite } from './site';
import { strangers, survey } from './survey';

interface Part {
  readonly address: PartAddress;
  readonly place: Place;
  readonly owner: Owner;
  record: FoldersRecord;
}

export async function clean(site: FoldersSite, addresses: readonly PartAddress[], generation: number, mode?: string): Promise<Cleaned> {
  const { files, dataDir } = site;
  const parts: Part[] = [];
  const owners: Owner[] = [];
  const explained = async <T>(place: Place, owner: Owner, address: PartAddress, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await asWriterError(error, owner, () => requireWanted(files, place, address, generation));
    }
  };
  try {
    for (const address of addresses) {
      const place = await makePlace(site, address);
      const owner = await fence(files, place, generation);
      owners.push(owner);
      const record = await explained(place, owner, address, () => entomb(files, place, owner, address, generation, mode));
      if (record !== null) parts.push({ address, place, owner, record });
    }
    const root = await files.realpath(dataDir);
    const all = [];
    for (const part of parts) all.push(await explained(part.place, part.owner, part.address, () => remove(files, root, part)));
    const kept = parts.flatMap(({ record }) => erasOf(record));
    return together(
      [...all, ...(await left(files, root, parts, kept))],
      parts.length === addresses.length && parts.every(({ record }) => record.cleaned === true),
    );
  } finally {
    for (const owner of owners) await owner.release();
  }
}

/** What `clean` would delete, by the records as they stand. */
export async function surveyClean(site: FoldersSite, addresses: readonly PartAddress[], mode?: string): Promise<Cleaned> {
  const { files, dataDir } = site;
  const all = [];
  const parts: { place: Place; record: FoldersRecord }[] = [];
  for (const address of addresses) {
    const place = await findPlace(site, address);
    const found = place === null ? null : await readRecord(files, place);
    if (place === null || found === null || found.job !== address.job) continue;
    const record = doom(await rollForward(files, place, found), address, found.generation, mode);
    all.push(surveyed(await files.realpath(dataDir), await survey(files, place, record.doomed, erasOf(record)), true));
    parts.push({ place, record });
  }
  const kept = parts.flatMap(({ record }) => erasOf(record));
  const root = await files.realpath(dataDir);
  const known = all.flatMap(({ deleted }) => deleted.map((path) => join(root, path)));
  return together(
    [...all, ...(await left(files, root, parts, kept, known))],
    parts.every(({ record }) => record.cleaned === true),
  );
}

/**
 * Also where no record is: a first settle that wakes up late must find that it has no business here. But a clean of one mode ends no run, so there it
 * leaves none (null): whoever comes after it would take that for the run's own.
 */
async function entomb(
  files: Files,
  place: Place,
  owner: Owner,
  part: PartAddress,
  generation: number,
  mode: string | undefined,
): Promise<FoldersRecord | null> {
  const found = await requireWanted(files, place, part, generation);
  const mine = found?.job === part.job ? found : null;
  if (mine === null && mode !== undefined) return null;
  const before = mine === null ? nothingYet(part) : await rollForward(files, place, mine);
  const record = doom(before, part, generation, mode);
  await publishRecord(files, place, owner, record);
  for (const folder of [join(place.writer, '..'), place.raw]) await syncFolder(files, folder);
  return record;
}

/** What says `cleaned` is no refusal: it is this clean's own, or that of a twin who has overtaken it, and may not live to delete the rest. */
async function requireWanted(files: Files, place: Place, part: PartAddress, generation: number): Promise<FoldersRecord | null> {
  const record = await readRecord(files, place);
  if (record !== null && record.cleaned !== true) admitPart(record, place, part, generation);
  return record;
}

/** The record with what is to go; what an earlier clean has left undone is still to go. */
function doom(record: FoldersRecord, { run, shard }: PartAddress, generation: number, mode: string | undefined): FoldersRecord {
  const goes = (era: Era) => mode === undefined || era.mode === mode;
  const over = record.cleaned === true || mode === undefined || record.mode === mode;
  // The run's own one also where it has made nothing: its seeds file is there.
  const eras = over ? [...record.eras, eraOf(record)] : record.eras;
  const doomed = [...record.doomed, ...eras.filter(goes)];
  const kept = eras.filter((era) => !goes(era) && era.batches > 0);
  if (!over) return { ...record, generation: Math.max(generation, record.generation), doomed, eras: kept };
  const { offset } = record.standing;
  return {
    ...record,
    run: record.run > run ? record.run : run,
    generation: Math.max(generation, record.generation),
    cleaned: true,
    doomed,
    eras: kept,
    origin: offset,
    standing: begun(shard, offset),
    ahead: null,
  };
}

const nothingYet = ({ job, run, shard, shards }: PartAddress): FoldersRecord => ({
  version: 1,
  job,
  run,
  generation: 0,
  shards,
  mode: '',
  seed: null,
  first: 1,
  origin: 0,
  standing: begun(shard, 0),
  ahead: null,
  eras: [],
  doomed: [],
});

async function remove(files: Files, root: string, part: Part): Promise<Omit<Cleaned, 'over'>> {
  const { place, owner, record } = part;
  const kept = erasOf(record);
  const swept = await sweep(files, owner, root, await survey(files, place, record.doomed, kept));
  for (const folder of [place.events, place.raw, place.manifests, place.seeds]) await unless(syncFolder(files, folder), 'ENOENT');
  const rest =
    place.all !== null && kept.length > 0 ? await keepOnly(files, place.all, owner, record) : { ...record, ...atZero(record, kept) };
  // What could not be deleted stays named, for the next clean.
  part.record = { ...rest, doomed: swept.errors.length > 0 ? record.doomed : [] };
  await publishRecord(files, place, owner, part.record);
  if (kept.length > 0) await publishManifests(files, place, owner, part.record);
  return swept;
}

/** Of a stream without a growing file, or with nothing left in it. */
const atZero = (record: FoldersRecord, kept: readonly Era[]): Partial<FoldersRecord> =>
  kept.length > 0 ? {} : { origin: 0, standing: { ...record.standing, offset: 0 } };

/** What lies beside our files and is not ours. */
async function left(
  files: Files,
  root: string,
  parts: readonly { place: Place }[],
  kept: readonly Era[],
  known: readonly string[] = [],
): Promise<Omit<Cleaned, 'over'>[]> {
  const [first] = parts;
  // With some of our batches still there a stranger cannot be told by being left over.
  if (first === undefined || kept.length > 0) return [];
  return [{ deleted: [], skipped: (await strangers(files, first.place, known)).map((path) => path.slice(root.length + 1)), errors: [] }];
}
