/** The real file system, over `node:fs/promises`: the only file of the disk sink that does I/O. */
import { promises as fs } from 'node:fs';
import { unless, type Files, type Handle } from './files';
import { sha256InThread } from './sha256-thread';

/** Buffers a call of `writev`: Linux takes 1,024. */
const BUFFERS_A_CALL = 1000;

type Put = (buffers: readonly Uint8Array[], at: number) => Promise<number>;

/** Calls `put` until everything is written: a call may write less than it was given (a signal, a quota, a network file system). */
export async function writeAll(put: Put, buffers: readonly Uint8Array[], at: number): Promise<void> {
  const rest = buffers.filter((b) => b.length > 0);
  let first = 0;
  while (first < rest.length) {
    let written = await put(rest.slice(first, first + BUFFERS_A_CALL), at);
    if (written === 0) throw Object.assign(new Error('EIO: a write wrote nothing'), { code: 'EIO' });
    at += written;
    for (let head = rest[first]; head !== undefined && written > 0; head = rest[first]) {
      if (written < head.length) {
        rest[first] = head.subarray(written);
        break;
      }
      written -= head.length;
      first++;
    }
  }
}

class NodeHandle implements Handle {
  constructor(
    private readonly file: fs.FileHandle,
    /** Data files need no time stamps: `datasync`. A folder's names need the full `sync`. */
    private readonly writable: boolean,
  ) {}
  write(buffers: readonly Uint8Array[], at: number): Promise<void> {
    return writeAll(async (some, position) => (await this.file.writev(some, position)).bytesWritten, buffers, at);
  }
  async read(length: number, at: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.file.read(Buffer.allocUnsafe(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  }
  async size(): Promise<number> {
    return (await this.file.stat()).size;
  }
  sync(): Promise<void> {
    return this.writable ? this.file.datasync() : this.file.sync();
  }
  close(): Promise<void> {
    return this.file.close();
  }
}

export const nodeFiles: Files = {
  mkdir: (folder) => fs.mkdir(folder),
  list: (folder) => fs.readdir(folder),
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 10 }),
  rmdir: (folder) => fs.rmdir(folder),
  read: (path) => fs.readFile(path),
  create: async (path) => new NodeHandle(await fs.open(path, 'w'), true),
  async copy(from, to, length) {
    await fs.copyFile(from, to);
    const file = await fs.open(to, 'r+');
    try {
      if ((await file.stat()).size > length) await file.truncate(length);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new NodeHandle(file, true);
  },
  open: async (path) => new NodeHandle(await fs.open(path, 'r'), false),
  sha256: sha256InThread,
  async kind(path) {
    const found = await unless(fs.lstat(path), 'ENOENT', 'ENOTDIR');
    if (found === undefined) return null;
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  },
  realpath: (path) => fs.realpath(path),
};
