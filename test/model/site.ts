/** The disk as the checker sees it, whatever the writers believe: records and data files by part. */
import type { PartAddress } from '../../src/sinks/sink';
import type { PartRecord } from '../../src/sinks/disk/record';
import { MemoryFiles, type Folder, type Inode } from './memory-files';
import { DATA_DIR } from './worker';

const RUN = `${DATA_DIR}/jobs/job/run`;
const folderOf = ({ stream, shard }: PartAddress) => `${RUN}/.writer/${stream}-${String(shard).padStart(2, '0')}`;

export class Site {
  readonly files: MemoryFiles;
  private readonly parsed = new WeakMap<Buffer, PartRecord>();
  /** Per part: every record that was published, the newest last. */
  readonly history: { record: PartRecord; bytes: Buffer }[][];

  constructor(
    readonly parts: readonly PartAddress[],
    published: (part: number, record: PartRecord, before: PartRecord | null) => void,
  ) {
    this.history = parts.map(() => []);
    const byPath = new Map(parts.map((part, i) => [`${folderOf(part)}/record.json`, i]));
    this.files = new MemoryFiles((path, file) => {
      const part = byPath.get(path);
      if (part === undefined) return;
      const record = this.parse(file.bytes);
      if (record === null) return;
      const before = this.history[part]!.at(-1)?.record ?? null;
      this.history[part]!.push({ record, bytes: file.bytes });
      published(part, record, before);
    });
  }

  record(part: number): PartRecord | null {
    const file = this.files.find(`${folderOf(this.parts[part]!)}/record.json`) as Inode | undefined;
    return file === undefined ? null : this.parse(file.bytes);
  }

  /** First batch that is not committed. */
  committedNext(part: number): number {
    return this.record(part)?.next ?? this.parts[part]!.shard;
  }

  /** All bytes of a part's data files, in order. */
  data(part: number): string {
    const { stream, shard } = this.parts[part]!;
    const folder = this.files.find(`${RUN}/${stream}`) as Folder | undefined;
    const prefix = `${String(shard).padStart(2, '0')}-`;
    const names = [...(folder?.keys() ?? [])].filter((name) => name.startsWith(prefix)).sort();
    return names.map((name) => (folder?.get(name) as Inode).bytes.toString('latin1')).join('');
  }

  /** A power cut took the last commit with it (a disk that lies about syncs). Answers whether there was one. */
  loseCommit(part: number): boolean {
    const [before, last] = this.history[part]!.slice(-2);
    const file = this.files.find(`${folderOf(this.parts[part]!)}/record.json`) as Inode | undefined;
    if (file === undefined || last === undefined || before === undefined) return false;
    if (last.record.cleaned === true || before.record.generation !== last.record.generation || before.record.next >= last.record.next)
      return false;
    (this.files.find(folderOf(this.parts[part]!)) as Folder).set('record.json', { bytes: before.bytes });
    return true;
  }

  /** Record and data of a part are gone: another disk, a wrong command. Answers whether there was something. */
  loseAll(part: number): boolean {
    const { stream, shard } = this.parts[part]!;
    const record = this.record(part);
    if (record === null || record.cleaned === true) return false;
    (this.files.find(`${RUN}/.writer`) as Folder).delete(folderOf(this.parts[part]!).split('/').at(-1)!);
    const folder = this.files.find(`${RUN}/${stream}`) as Folder | undefined;
    for (const name of folder?.keys() ?? []) if (name.startsWith(String(shard).padStart(2, '0'))) folder?.delete(name);
    return true;
  }

  private parse(bytes: Buffer): PartRecord | null {
    const known = this.parsed.get(bytes);
    if (known !== undefined) return known;
    if (bytes.at(-1) !== 10) return null;
    const record = JSON.parse(bytes.toString('utf8')) as PartRecord;
    this.parsed.set(bytes, record);
    return record;
  }
}
