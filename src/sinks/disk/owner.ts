/**
 * The fence. A writer owns a folder with a random name; whoever comes later renames it away. Every change of a shared name (record, data file,
 * manifest) is a rename out of or into the own folder, so each late step of a writer that was overtaken fails with ENOENT.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { codeOf, unless, type Files } from './files';

export class Owner {
  private constructor(
    private readonly files: Files,
    /** Folder of the record and of all owners' folders. */
    readonly place: string,
    /** The own folder. Random, since attempt numbers repeat: a twin must never find its folder again. */
    readonly folder: string,
  ) {}

  /**
   * Makes the own folder in `place` (never those above it) and takes all other owners' folders away.
   * @param keep names in `place` that are no owners' folders
   * @throws ENOENT when `place` is not there
   */
  static async take(files: Files, place: string, generation: number, keep: string): Promise<Owner> {
    const name = `${generation}-${randomBytes(8).toString('hex')}`;
    const owner = new Owner(files, place, join(place, name));
    await files.mkdir(owner.folder);
    const others = (await files.list(place)).filter((other) => other !== keep && other !== name);
    for (const other of others) {
      // Into the own folder: a late fencer that was itself overtaken then takes nobody's folder away.
      // ENOENT: another one took it, or has taken ours; EINVAL: ours is inside it by now. In both cases our next change fails.
      await unless(files.rename(join(place, other), owner.at(other)), 'ENOENT', 'EINVAL');
      // Deleted before the record is read: a rename that the kernel had already begun finds neither its source nor its target folder any more.
      await files.remove(owner.at(other));
    }
    return owner;
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  /**
   * Writes a file whole into the own folder, makes it durable, and renames it to `target`. The folder of `target` is the caller's to sync.
   * @param durable false for what can be made again from a record
   */
  async publish(content: Uint8Array | AsyncIterable<Uint8Array>, target: string, durable = true): Promise<void> {
    const draft = this.at('draft');
    const handle = await this.files.create(draft);
    try {
      let at = 0;
      for await (const chunk of Symbol.asyncIterator in content ? content : [content]) {
        await handle.write([chunk], at);
        at += chunk.length;
      }
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await this.files.rename(draft, target);
  }

  /** Whether another owner has taken the folder away. */
  async lost(): Promise<boolean> {
    try {
      await this.files.list(this.folder);
      return false;
    } catch (error) {
      return codeOf(error) === 'ENOENT';
    }
  }

  /** Deletes the own folder with what was moved into it. Never throws: what stays, the next owner takes away. */
  async release(): Promise<void> {
    await this.files.remove(this.folder).catch(() => undefined);
  }
}
