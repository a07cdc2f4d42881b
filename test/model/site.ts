/** Where the data of a job goes as the checker sees it, whatever the writers believe: what all layouts have in common. */
import type { Place } from '../../workflows/messages';
import type { PartAddress } from '../../src/sinks/sink';
import { MemoryFiles, type Folder, type Inode, type Node } from './memory-files';
import type { Expected } from './truth';

/** What a record says. */
export interface Stand extends Place {
  generation: number;
  cleaned?: boolean | undefined;
  begun?: { batches: number; events: number } | undefined;
}

export interface Listener {
  /** A record was renamed into place. */
  recorded(part: number, stand: Stand, before: Stand | null): void;
  committed(part: number, generation: number, next: number): void;
  rotated(): void;
  /** Something that must never happen. */
  broken(text: string): void;
}

export abstract class Site {
  readonly files = new MemoryFiles((path, node) => {
    this.changed(path, node);
  });

  constructor(
    readonly parts: readonly PartAddress[],
    protected readonly listener: Listener,
  ) {}

  /** What whoever opens the part next would read; null: no record. */
  abstract record(part: number): Stand | null;
  /** First batch that is not committed. */
  abstract committedNext(part: number): number;
  /** First batch that was neither committed nor begun: all before it keep their instants. */
  untouchedNext(part: number): number {
    return this.committedNext(part) + (this.record(part)?.begun?.batches ?? 0) * this.parts[part]!.shards;
  }
  /** What is not as it is to be when the job has ended, in a sentence; null: all is. @param upTo what the timeline says of the part's batches before one */
  abstract difference(part: number, upTo: (next: number) => Expected): string | null;
  /** What is left of a part's data, as text; empty after a clean. */
  abstract left(part: number): string;
  /** A power cut took the last commit with it (a disk that lies about syncs). Answers whether there was one. */
  abstract loseCommit(part: number): boolean;
  /** Record and data of a part are gone: another disk, a wrong command. Answers whether there was something. */
  abstract loseAll(part: number): boolean;

  protected abstract changed(path: string, node: Node): void;

  protected file(path: string): Inode | undefined {
    const node = this.files.find(path);
    return node instanceof Map ? undefined : node;
  }
  protected folder(path: string): Folder | undefined {
    const node = this.files.find(path);
    return node instanceof Map ? node : undefined;
  }
  protected remove(path: string): void {
    const at = path.lastIndexOf('/');
    this.folder(path.slice(0, at))?.delete(path.slice(at + 1));
  }
}

/** Records as they were written: parsed once. */
export class Parsed<Record> {
  private readonly known = new WeakMap<Buffer, Record>();

  /** Null for a record that is not whole. */
  of(bytes: Buffer | undefined): Record | null {
    if (bytes === undefined) return null;
    const known = this.known.get(bytes);
    if (known !== undefined) return known;
    if (bytes.at(-1) !== 10) return null;
    const record = JSON.parse(bytes.toString('utf8')) as Record;
    this.known.set(bytes, record);
    return record;
  }
}

export const shardOf = (shard: number): string => String(shard).padStart(2, '0');
