/** The layout of the sink `disk`: data files that grow, and a record beside them whose rename is the commit. */
import type { PartAddress } from '../../src/sinks/sink';
import type { PartRecord } from '../../src/sinks/disk/record';
import type { Inode, Node } from './memory-files';
import { Parsed, shardOf, Site, type Listener } from './site';
import type { Expected } from './truth';
import { DATA_DIR } from './worker';

const RUN = `${DATA_DIR}/jobs/job/run`;

export class DiskSite extends Site {
  private readonly parsed = new Parsed<PartRecord>();
  /** Per part: every record that was published, the newest last. */
  private readonly history: { record: PartRecord; bytes: Buffer }[][];
  private readonly byPath: ReadonlyMap<string, number>;

  /** @param prefix of the streams' names on the disk */
  constructor(
    parts: readonly PartAddress[],
    listener: Listener,
    private readonly prefix = '',
  ) {
    super(parts, listener);
    this.history = parts.map(() => []);
    this.byPath = new Map(parts.map((_, part) => [`${this.writer(part)}/record.json`, part]));
  }

  protected changed(path: string, node: Node): void {
    const part = this.byPath.get(path);
    if (part === undefined || node instanceof Map) return;
    const record = this.parsed.of(node.bytes);
    if (record === null) return;
    const before = this.history[part]!.at(-1)?.record ?? null;
    this.history[part]!.push({ record, bytes: node.bytes });
    this.requireSynced(part, record, node);
    this.listener.recorded(part, record, before);
    if (record.cleaned === true) return;
    if (before !== null && record.file > before.file) this.listener.rotated();
    if (record.next !== (before?.next ?? this.parts[part]!.shard)) this.listener.committed(part, record.generation, record.next);
  }

  private requireSynced(part: number, { file, offset, cleaned }: PartRecord, node: Inode): void {
    const data = this.file(`${this.data(part)}/${this.names(part)[file] ?? ''}`);
    const durable = node.synced === node.bytes && (offset === 0 || cleaned === true || (data?.synced.length ?? 0) >= offset);
    if (!durable) this.listener.broken(`part ${part}: the record is there before it, or what it speaks of, was synced`);
  }

  record(part: number): PartRecord | null {
    return this.parsed.of(this.file(`${this.writer(part)}/record.json`)?.bytes);
  }

  committedNext(part: number): number {
    return this.record(part)?.next ?? this.parts[part]!.shard;
  }

  difference(part: number, upTo: (next: number) => Expected): string | null {
    const { bytes } = upTo(this.committedNext(part));
    const found = this.left(part);
    return found === bytes ? null : `found\n${found}the timeline says\n${bytes}`;
  }

  left(part: number): string {
    const folder = this.folder(this.data(part));
    return this.names(part)
      .map((name) => (folder?.get(name) as Inode).bytes.toString('latin1'))
      .join('');
  }

  loseCommit(part: number): boolean {
    const [before, last] = this.history[part]!.slice(-2);
    const folder = this.folder(this.writer(part));
    if (folder?.get('record.json') === undefined || last === undefined || before === undefined) return false;
    if (last.record.cleaned === true || before.record.generation !== last.record.generation || before.record.next >= last.record.next)
      return false;
    folder.set('record.json', { bytes: before.bytes, synced: before.bytes });
    return true;
  }

  loseAll(part: number): boolean {
    const record = this.record(part);
    if (record === null || record.cleaned === true) return false;
    this.remove(this.writer(part));
    for (const name of this.names(part)) this.remove(`${this.data(part)}/${name}`);
    return true;
  }

  /** Of the part's data files, in order. */
  private names(part: number): string[] {
    const prefix = `${shardOf(this.parts[part]!.shard)}-`;
    return [...(this.folder(this.data(part))?.keys() ?? [])].filter((name) => name.startsWith(prefix)).sort();
  }
  private data(part: number): string {
    return `${RUN}/${this.prefix}${this.parts[part]!.stream}`;
  }
  private writer(part: number): string {
    const { stream, shard } = this.parts[part]!;
    return `${RUN}/.writer/${this.prefix}${stream}-${shardOf(shard)}`;
  }
}
