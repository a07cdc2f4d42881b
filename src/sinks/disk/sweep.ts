/** Deleting files of ours, one after the other: each is first renamed into the own folder, so that whoever was overtaken deletes nothing of his successor's. */
import { basename, relative } from 'node:path';
import type { Cleaned } from '../sink';
import { codeOf, type Files } from './files';
import type { Owner } from './owner';

/** What is to go, found by looking and not by doing: absolute paths. */
export interface Doomed {
  readonly paths: string[];
  /** Not ours, by their paths. */
  readonly foreign: string[];
}

/** A file of ours by its name; a folder, a link or anything else in its place is not. */
export async function doomFile(files: Files, path: string, doomed: Doomed): Promise<void> {
  const kind = await files.kind(path);
  if (kind !== null) (kind === 'file' ? doomed.paths : doomed.foreign).push(path);
}

export const surveyed = (dataDir: string, { paths, foreign }: Doomed, over: boolean): Cleaned => ({
  deleted: paths.map((path) => relative(dataDir, path)),
  skipped: foreign.map((path) => relative(dataDir, path)),
  errors: [],
  over,
});

/** What cannot be deleted is told, and does not keep the rest from going. @throws when another owner has taken over */
export async function sweep(files: Files, owner: Owner, dataDir: string, { paths, foreign }: Doomed): Promise<Omit<Cleaned, 'over'>> {
  const swept: Omit<Cleaned, 'over'> = { deleted: [], skipped: foreign.map((path) => relative(dataDir, path)), errors: [] };
  for (const path of paths) {
    const taken = owner.at(`swept-${basename(path)}`);
    try {
      await files.rename(path, taken);
    } catch (error) {
      if (await owner.lost()) throw error;
      if (codeOf(error) !== 'ENOENT') swept.errors.push(`${relative(dataDir, path)}: ${String(error)}`);
      continue;
    }
    await files.remove(taken);
    swept.deleted.push(relative(dataDir, path));
  }
  return swept;
}

/** @returns everything that several parts have deleted, sorted, each once */
export function together(all: readonly Omit<Cleaned, 'over'>[], over: boolean): Cleaned {
  const of = (key: 'deleted' | 'skipped' | 'errors') => [...new Set(all.flatMap((one) => one[key]))].sort();
  return { deleted: of('deleted'), skipped: of('skipped'), errors: of('errors'), over };
}
