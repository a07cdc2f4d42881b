/** Deleting a run's data: as a writer that fences every part, leaves a record that says `cleaned`, and only then deletes. Each step may be done again. */
import { join } from 'node:path';
import type { Cleaned, PartAddress } from '../sink';
import { asWriterError } from './failures';
import { syncFolder, unless, type Files } from './files';
import { findInside, makeFolders, makeInside, partPlace, runPath, type PartPlace } from './layout';
import { fence } from './open';
import type { Owner } from './owner';
import { admit, encodeRecord, firstRecord, readRecord, type PartRecord } from './record';
import type { Site } from './site';
import { doomFile, surveyed, sweep, together, type Doomed } from './sweep';

export async function clean({ files, dataDir, path }: Site, parts: readonly PartAddress[], generation: number): Promise<Cleaned> {
  const held: { place: PartPlace; owner: Owner }[] = [];
  try {
    for (const part of parts) {
      const place = partPlace(await makeInside(files, dataDir, runPath(part, path)), part);
      await makeFolders(files, place.writer);
      const owner = await fence(files, place, generation);
      held.push({ place, owner });
      await explained(files, place, owner, generation, () => entomb(files, place, owner, part, generation));
    }
    const root = await files.realpath(dataDir);
    const all = [];
    for (const { place, owner } of held) {
      all.push(await explained(files, place, owner, generation, async () => sweep(files, owner, root, await survey(files, place))));
      await removeFolder(files, place);
    }
    return together(all, true);
  } finally {
    for (const { owner } of held) await owner.release();
  }
}

/** What `clean` would delete. */
export async function surveyClean({ files, dataDir, path }: Site, parts: readonly PartAddress[]): Promise<Cleaned> {
  const all = [];
  for (const part of parts) {
    const run = await findInside(files, dataDir, runPath(part, path));
    if (run !== null) all.push(surveyed(await files.realpath(dataDir), await survey(files, partPlace(run, part)), true));
  }
  return together(all, true);
}

async function explained<T>(files: Files, place: PartPlace, owner: Owner, generation: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await asWriterError(error, owner, () => requireWanted(files, place, generation));
  }
}

/** What says `cleaned` is no refusal: it is this clean's own, or that of a twin who has overtaken it, and may not live to delete the rest. */
async function requireWanted(files: Files, place: PartPlace, generation: number): Promise<PartRecord | null> {
  const record = await readRecord(files, place);
  if (record !== null && record.cleaned !== true) admit(record, generation);
  return record;
}

/** Also where no record is: a first settle that wakes up late must find that it has no business here. */
async function entomb(files: Files, place: PartPlace, owner: Owner, part: PartAddress, generation: number): Promise<void> {
  const record = await requireWanted(files, place, generation);
  if (record?.cleaned === true) return;
  const last = { ...(record ?? firstRecord(part)), generation, cleaned: true };
  await owner.publish(encodeRecord(last), place.record);
  for (const folder of [place.writer, join(place.writer, '..'), place.run]) await syncFolder(files, folder);
}

/** The part's own files, by their names. */
async function survey(files: Files, place: PartPlace): Promise<Doomed> {
  const doomed: Doomed = { paths: [], foreign: [] };
  for (const name of ((await unless(files.list(place.stream), 'ENOENT')) ?? []).sort()) {
    if (place.number(name) !== null) await doomFile(files, join(place.stream, name), doomed);
    else if (!/^\d\d-\d{6,}\.jsonl$/.test(name)) doomed.foreign.push(join(place.stream, name));
  }
  return doomed;
}

/** The stream's folder, once nothing else is in it. */
async function removeFolder(files: Files, { stream }: PartPlace): Promise<void> {
  if (
    (await unless(
      syncFolder(files, stream).then(() => true),
      'ENOENT',
    )) === undefined
  )
    return;
  await unless(files.rmdir(stream), 'ENOTEMPTY', 'EEXIST', 'ENOENT');
}
