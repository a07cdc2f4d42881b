/** What in a DATA_DIR is evergen's, and how it is removed. Everything else there is somebody else's. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../spec/failures';
import { tryLock } from '../../temporal/lock';
import { pidOf } from '../../temporal/processes';
import { lockFolder, runFolder } from './record';

/** Names that evergen makes at the top of DATA_DIR; `run` last, as it holds the lock. */
const OURS = ['jobs', 'temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'logs', '.evergen-home', 'run'];
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

/** A stack that ended before its database was made leaves a log and a lock folder. */
const onlyOurs = (there: readonly string[]): boolean => there.includes('run') && there.every((name) => OURS.includes(name));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
