/** Taking over the data: the file in hand gets a new inode with what is committed, so that an older writer's open handle reaches nothing any more. */
import { basename } from 'node:path';
import { LostProgress } from '../sink';
import { codeOf, syncFolder, unless, type Files, type Handle } from './files';
import type { PartPlace } from './layout';
import type { Owner } from './owner';
import type { PartRecord } from './record';

/** Moves files beyond the record (never committed) into the own folder, and answers the file in hand, open for writing at the recorded offset. */
export async function takeTail(files: Files, place: PartPlace, owner: Owner, record: PartRecord): Promise<Handle> {
  const live = place.data(record.file);
  for (const name of await dataNames(files, place)) {
    const file = place.number(name);
    if (file !== null && file > record.file) await files.rename(place.data(file), owner.at(name));
  }
  const tail = await takeFile(files, live, owner, record.offset);
  await syncFolder(files, place.stream).catch(async (error: unknown) => {
    await tail.close();
    throw error;
  });
  return tail;
}

/**
 * Puts a new inode with the first `length` bytes of a file in the file's place, open for writing. The folder is the caller's to sync.
 * @throws LostProgress when the file is gone or shorter
 */
export async function takeFile(files: Files, live: string, owner: Owner, length: number): Promise<Handle> {
  const draft = owner.at(basename(live));
  const tail = length === 0 ? await files.create(draft) : await copyOf(files, live, draft, length);
  try {
    if ((await tail.size()) < length)
      throw new LostProgress(
        `${live} is shorter than the ${length} bytes that were committed: restore it from a backup, or start the job anew`,
      );
    await tail.sync();
    await files.rename(draft, live);
    return tail;
  } catch (error) {
    await tail.close();
    throw error;
  }
}

/** The names in the stream's folder; the first settle makes the folder, so that its absence is a loss. */
export async function dataNames(files: Files, place: PartPlace): Promise<string[]> {
  const names = await unless(files.list(place.stream), 'ENOENT');
  if (names === undefined) throw new LostProgress(`the folder ${place.stream} is gone: restore it from a backup, or start the job anew`);
  return names;
}

async function copyOf(files: Files, live: string, draft: string, length: number): Promise<Handle> {
  try {
    return await files.copy(live, draft, length);
  } catch (error) {
    // ENOENT is also what a writer sees whose own folder was taken away: only a live file that is missing is a loss.
    if (codeOf(error) !== 'ENOENT' || (await present(files, live))) throw error;
    throw new LostProgress(`${live} is gone: restore it from a backup, or start the job anew`, { cause: error });
  }
}

async function present(files: Files, path: string): Promise<boolean> {
  return (await unless(files.realpath(path), 'ENOENT')) !== undefined;
}
