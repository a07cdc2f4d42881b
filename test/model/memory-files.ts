/** A file system at the level of its operations: folders and inodes; a path is looked up when the operation is carried out. Each is a gate. */
import { posix } from 'node:path';
import type { Files, Handle } from '../../src/sinks/disk/files';
import { stage } from './stage';

export interface Inode {
  bytes: Buffer;
  /** What a power cut would leave: the bytes as they were when the file was last synced. */
  synced: Buffer;
}
export type Folder = Map<string, Node>;
export type Node = Folder | Inode;

const EMPTY = Buffer.alloc(0);
const fail = (code: string, path: string): never => {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
};

export class MemoryFiles implements Files {
  readonly root: Folder = new Map();

  /** @param changed is told of every file or folder that was renamed to a name, and every file that was written under one, before the next operation */
  constructor(private readonly changed: (path: string, node: Node) => void) {}

  // ---- what the checker looks at ----
  find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of names(path)) {
      if (!(node instanceof Map)) return undefined;
      node = node.get(name);
    }
    return node;
  }

  // ---- Files ----
  mkdir(path: string): Promise<void> {
    return stage.gated(`mkdir ${path}`, () => {
      const [folder, name] = this.parent(path);
      if (folder.has(name)) fail('EEXIST', path);
      folder.set(name, new Map());
    });
  }

  list(path: string): Promise<string[]> {
    return stage.gated(`list ${path}`, () => [...this.folder(path).keys()]);
  }

  rename(from: string, to: string): Promise<void> {
    return stage.gated(`rename ${from} ${to}`, () => {
      const [source, name] = this.parent(from);
      const node = source.get(name) ?? fail('ENOENT', from);
      const [target, newName] = this.parent(to);
      if (to.startsWith(`${from}/`)) fail('EINVAL', to);
      const there = target.get(newName);
      if (there instanceof Map && !(node instanceof Map)) fail('EISDIR', to);
      if (there instanceof Map && there.size > 0) fail('ENOTEMPTY', to);
      if (there !== undefined && !(there instanceof Map) && node instanceof Map) fail('ENOTDIR', to);
      source.delete(name);
      target.set(newName, node);
      this.changed(to, node);
    });
  }

  /** Not one operation: every entry of a folder is a step of its own, as in `rm -r`. */
  async remove(path: string): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const left = await stage.gated(`remove ${path}`, () => this.take(path));
      if (left.length === 0) return;
      if (attempt === 3) fail('ENOTEMPTY', path);
      for (const name of left) await this.remove(`${path}/${name}`);
    }
  }

  rmdir(path: string): Promise<void> {
    return stage.gated(`rmdir ${path}`, () => {
      if (this.folder(path).size > 0) fail('ENOTEMPTY', path);
      this.take(path);
    });
  }

  read(path: string): Promise<Buffer> {
    return stage.gated(`read ${path}`, () => this.file(path).bytes);
  }

  create(path: string): Promise<Handle> {
    return stage.gated(`create ${path}`, () => {
      const [folder, name] = this.parent(path);
      const there = folder.get(name);
      if (there instanceof Map) return fail('EISDIR', path);
      const file = there ?? { bytes: EMPTY, synced: EMPTY };
      file.bytes = EMPTY;
      folder.set(name, file);
      return this.handle(path, file);
    });
  }

  async copy(from: string, to: string, length: number): Promise<Handle> {
    await stage.gated(`copy ${from} ${to}`, () => {
      const { bytes } = this.file(from);
      const [folder, name] = this.parent(to);
      folder.set(name, { bytes, synced: EMPTY });
    });
    const file = await stage.gated(`open ${to}`, () => this.file(to));
    if (file.bytes.length > length) {
      await stage.gated(`truncate ${to}`, () => {
        file.bytes = file.bytes.subarray(0, length);
      });
    }
    return this.handle(to, file);
  }

  /** Opening, syncing, measuring and closing change nothing and tell nothing that others could change: no steps of their own. */
  open(path: string): Promise<Handle> {
    return now(() => this.handle(path, this.find(path) ?? fail('ENOENT', path)));
  }

  /** Only its cost matters to the project, and only for the manifest. */
  sha256(): Promise<{ bytes: number; sha256: string }> {
    return Promise.resolve({ bytes: 0, sha256: '' });
  }

  /** Whoever asks acts only on the answer about names that nobody else takes away: no step of its own. */
  kind(path: string): Promise<'file' | 'folder' | 'other' | null> {
    const node = this.find(path);
    return Promise.resolve(node === undefined ? null : node instanceof Map ? 'folder' : 'file');
  }

  realpath(path: string): Promise<string> {
    return stage.gated(`realpath ${path}`, () => (this.find(path) === undefined ? fail('ENOENT', path) : path));
  }

  private handle(path: string, node: Node): Handle {
    const file = () => (node instanceof Map ? fail('EISDIR', path) : node);
    return {
      write: (buffers, at) =>
        stage.gated(`write ${path}`, () => {
          file().bytes = written(file().bytes, Buffer.concat(buffers), at);
          if (this.find(path) === node) this.changed(path, file());
        }),
      read: (length, at) => now(() => file().bytes.subarray(at, at + length)),
      size: () => now(() => file().bytes.length),
      sync: () => now(() => void (node instanceof Map || (node.synced = node.bytes))),
      close: () => Promise.resolve(),
    };
  }

  private folder(path: string): Folder {
    const node = this.find(path) ?? fail('ENOENT', path);
    return node instanceof Map ? node : fail('ENOTDIR', path);
  }
  private file(path: string): Inode {
    const node = this.find(path) ?? fail('ENOENT', path);
    return node instanceof Map ? fail('EISDIR', path) : node;
  }
  private parent(path: string): [Folder, string] {
    const at = path.lastIndexOf('/');
    return [this.folder(path.slice(0, at)), path.slice(at + 1)];
  }
  /** Deletes a file or an empty folder; answers what a folder still holds. */
  private take(path: string): string[] {
    const node = this.find(path);
    if (node instanceof Map && node.size > 0) return [...node.keys()];
    if (node !== undefined) {
      const [folder, name] = this.parent(path);
      folder.delete(name);
    }
    return [];
  }
}

function now<T>(operation: () => T): Promise<T> {
  try {
    return Promise.resolve(operation());
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

/** A write at an offset beyond the end leaves zero bytes. */
function written(bytes: Buffer, more: Buffer, at: number): Buffer {
  const all = Buffer.alloc(Math.max(bytes.length, at + more.length));
  bytes.copy(all);
  more.copy(all, at);
  return all;
}

const split = new Map<string, string[]>();
function names(path: string): string[] {
  const known = split.get(path);
  if (known !== undefined) return known;
  if (split.size > 5000) split.clear();
  const made = posix
    .normalize(`/${path}`)
    .split('/')
    .filter((name) => name !== '');
  split.set(path, made);
  return made;
}
