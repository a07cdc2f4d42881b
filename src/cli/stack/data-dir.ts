/** What in a DATA_DIR is evergen's, and how it is removed. Everything else there is somebody else's. */
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../spec/failures';
import { tryLock } from '../../temporal/lock';
import { pidOf } from '../../temporal/processes';
import { lockFolder, runFolder } from './record';

/** Names that evergen makes at the top of DATA_DIR; `run` last, as it holds the lock. */
const OURS = [
  'jobs',
  'connector',
  'raw',
  'manifests',
  'temporal.db',
  'temporal.db-wal',
  'temporal.db-shm',
  'kafka',
  'logs',
  '.evergen-home',
  'run',
];
/** Names that nobody but a stack of ours makes. */
const MARKS = ['temporal.db', '.evergen-home'];

/**
 * Removes evergen's own files and folders, and DATA_DIR itself when nothing else is in it.
 * @returns the names removed
 * @throws UserError when the folder does not look like a DATA_DIR, or a stack is at work there; nothing is removed then
 */
export async function removeData(dataDir: string): Promise<string[]> {
  const there = namesIn(dataDir);
  if (there.length === 0) return [];
  if (!MARKS.some((name) => there.includes(name)) && !onlyOurs(there)) {
    throw new UserError(`${dataDir} does not look like a DATA_DIR of evergen (no ${MARKS.join(', no ')} in it): nothing was removed`);
  }
  const attempt = await tryLock(lockFolder(dataDir));
  if ('holder' in attempt) throw new UserError(`${dataDir} is in use by evergen (process ${pidOf(attempt.holder)}): nothing was removed`);
  const found = OURS.filter((name) => there.includes(name));
  for (const name of found) rmSync(join(dataDir, name), { recursive: true, force: true });
  attempt.lock.release();
  for (const folder of [lockFolder(dataDir), runFolder(dataDir), dataDir])
    if (namesIn(folder).length === 0) rmSync(folder, { recursive: true, force: true });
  return found;
}

/**
 * Makes DATA_DIR, and sees that it can be written to. One folder at a time: Node's recursive mkdir never ends below file systems that refuse
 * new folders as `/proc` does.
 * @throws UserError
 */
export function requireDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UserError(`DATA_DIR ${dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)}; set another one`);
  }
}

function makeFolder(folder: string): void {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  if (there !== undefined) throw new Error(`${folder} is no folder`);
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** A stack that ended before its database was made leaves a log and a lock folder. */
const onlyOurs = (there: readonly string[]): boolean => there.includes('run') && there.every((name) => OURS.includes(name));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
