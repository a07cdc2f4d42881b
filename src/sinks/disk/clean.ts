/** Deleting a run's data: as a writer that fences every part, leaves a record that says `cleaned`, and only then deletes. Each step may be done again. */
import { join } from 'node:path';
import type { PartAddress } from '../sink';
import { asWriterError } from './failures';
import { syncFolder, unless, type Files } from './files';
import { makeFolders, makeInside, partPlace, runPath, type PartPlace } from './layout';
import { fence } from './open';
import { admit, encodeRecord, firstRecord, readmit, readRecord } from './record';
import type { Site } from './site';

export async function clean({ files, dataDir, path }: Site, parts: readonly PartAddress[], generation: number): Promise<void> {
  const places: PartPlace[] = [];
  for (const part of parts) {
    const place = partPlace(await makeInside(files, dataDir, runPath(part, path)), part);
    await entomb(files, place, part, generation);
    places.push(place);
  }
  for (const place of places) await deleteData(files, place);
}

/** Also where no record is: a first settle that wakes up late must find that it has no business here. */
async function entomb(files: Files, place: PartPlace, part: PartAddress, generation: number): Promise<void> {
  await makeFolders(files, place.writer);
  const owner = await fence(files, place, generation);
  try {
    const record = await readRecord(files, place);
    if (record?.cleaned === true) return;
    if (record !== null) admit(record, generation);
    const last = { ...(record ?? firstRecord(part)), generation, cleaned: true };
    await owner.publish(encodeRecord(last), place.record);
    for (const folder of [place.writer, join(place.writer, '..'), place.run]) await syncFolder(files, folder);
  } catch (error) {
    throw await asWriterError(error, owner, readmit(files, place, generation));
  } finally {
    await owner.release();
  }
}

/** Deletes the part's own files by their names, and the stream's folder once nothing else is in it. */
async function deleteData(files: Files, place: PartPlace): Promise<void> {
  const names = await unless(files.list(place.stream), 'ENOENT');
  if (names === undefined) return;
  for (const name of names) if (place.number(name) !== null) await files.remove(join(place.stream, name));
  await syncFolder(files, place.stream);
  await unless(files.rmdir(place.stream), 'ENOTEMPTY', 'EEXIST', 'ENOENT');
}
