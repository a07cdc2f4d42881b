/**
 * What the disk sink asks of a file system, and nothing more: every promise here is one step at which a process can be killed, stopped or overtaken.
 * The writer runs on real files (`node-files.ts`) and, for a model checker or a test with step boundaries, on any other implementation.
 * Errors carry the POSIX `code` (ENOENT, EEXIST, ENOTEMPTY, …).
 */
export interface Files {
  /** Makes one folder. EEXIST when the name is taken, ENOENT when the folder above is missing. */
  mkdir(folder: string): Promise<void>;
  /** The names in a folder, in any order. */
  list(folder: string): Promise<string[]>;
  /** Moves a file or folder; a file at `to` is replaced, a folder that is not empty is ENOTEMPTY. */
  rename(from: string, to: string): Promise<void>;
  /** Deletes a file, or a folder with everything in it. Nothing there is no error. */
  remove(path: string): Promise<void>;
  /** Deletes an empty folder; ENOTEMPTY otherwise. */
  rmdir(folder: string): Promise<void>;
  /** The whole of a small file. */
  read(path: string): Promise<Buffer>;
  /** A new, empty file for writing; one that is there already is emptied. */
  create(path: string): Promise<Handle>;
  /** A new file (a new inode) with the first `length` bytes of `from`, fewer when `from` is shorter; open for writing. */
  copy(from: string, to: string, length: number): Promise<Handle>;
  /** Opens a file for reading, or a folder for `sync`. */
  open(path: string): Promise<Handle>;
  /** Size and checksum of a file's first `length` bytes, of all of them (null), or of as many as there are. */
  sha256(path: string, length: number | null): Promise<Sum>;
  /** What is there by that name, symbolic links not followed; null: nothing. */
  kind(path: string): Promise<'file' | 'folder' | 'other' | null>;
  /** The path with all symbolic links resolved. */
  realpath(path: string): Promise<string>;
}

export interface Sum {
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

export interface Handle {
  /** Writes all buffers, one after the other, beginning at offset `at`. */
  write(buffers: readonly Uint8Array[], at: number): Promise<void>;
  /** Up to `length` bytes from offset `at`; empty at the end of the file. */
  read(length: number, at: number): Promise<Buffer>;
  size(): Promise<number>;
  /** Returns when a power cut can no longer take what was written (a folder: its names). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The POSIX code of a system error; '' for anything else. (Not by `instanceof`: errors cross realms, in tests and in Temporal.) */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Awaits a step and takes one of the given codes as an answer: undefined. */
export async function unless<T>(step: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await step;
  } catch (error) {
    if (codes.includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** Makes a folder's names durable. */
export async function syncFolder(files: Files, folder: string): Promise<void> {
  const handle = await files.open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
