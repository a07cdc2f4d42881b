/** What went wrong, sorted by who must act. */
import { LostProgress, SinkError, Superseded } from '../sink';
import { codeOf } from './files';
import type { Owner } from './owner';

/** What an operator has to do; every other code heals with time (EIO, EBUSY, EMFILE, ESTALE, …). */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, then resume the job',
  EDQUOT: 'the disk quota is used up: raise it or free some space, then resume the job',
  EROFS: 'the file system is mounted read-only: mount it writable, then resume the job',
  EACCES: 'the worker may not write there: give its user the permission, then resume the job',
  EPERM: 'the worker may not write there: give its user the permission, then resume the job',
  ENOTDIR: 'a file is in the way of a folder: move it away, then resume the job',
  ENAMETOOLONG: 'the path is too long for the file system: use a shorter data directory or path',
};

/** A system error as the sink's; anything else (also an abort) is passed on as it is. */
export function asSinkError(error: unknown): unknown {
  if (error instanceof SinkError || error instanceof Superseded || error instanceof LostProgress) return error;
  const code = codeOf(error);
  if (!/^E[A-Z0-9]+$/.test(code)) return error;
  const message = String(error).replace(/^Error: /, '');
  const remedy = REMEDIES[code];
  return new SinkError(remedy === undefined ? `the disk failed: ${message}` : `${remedy} (${message})`, remedy === undefined, {
    cause: error,
  });
}

/**
 * The same for a step of a writer whose folder was taken away: its ENOENT, and whatever else it came upon, only says that another one is at work. By a higher generation: Superseded.
 * By another attempt of the same generation, or by a late one of a lower that found no business here: the caller, if it is still wanted, opens again.
 * @param readmit looks at the record once more; throws when the writer has no business here
 */
export async function asWriterError(error: unknown, owner: Owner, readmit: () => Promise<unknown>): Promise<unknown> {
  if (error instanceof Superseded || !(await owner.lost())) return asSinkError(error);
  try {
    await readmit();
  } catch (refusal) {
    return asSinkError(refusal);
  }
  return new SinkError(`another writer has taken over ${owner.place}`, true, { cause: error });
}
