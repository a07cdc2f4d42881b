/** The layout of the sink `folders`: a folder a batch, whose rename is the commit; the companies' stream has a file beside them that grows. */
import type { PartAddress } from '../../src/sinks/sink';
import type { FoldersRecord } from '../../src/sinks/folders/record';
import type { Inode, Node } from './memory-files';
import { Parsed, shardOf, Site, type Listener, type Stand } from './site';
import { stage } from './stage';
import type { Expected } from './truth';
import { DATA_DIR } from './worker';

const RAW = `${DATA_DIR}/raw`;
const EVENTS = `${RAW}/events`;
const MANIFESTS = `${DATA_DIR}/manifests`;

interface Meta {
  batch_number: number;
  scheduled_at: string;
  mode: string;
  seed: number | null;
  record_count: number;
  bytes: number;
  sha256: string;
}

export class FoldersSite extends Site {
  private readonly records = new Parsed<FoldersRecord>();
  private readonly metas = new Parsed<Meta>();
  private readonly before: (Stand | null)[];
  private readonly byPath: ReadonlyMap<string, number>;
  /** Per part: what begins the names of its batches. */
  private readonly kinds: readonly string[];

  constructor(parts: readonly PartAddress[], listener: Listener) {
    super(parts, listener);
    this.before = parts.map(() => null);
    this.byPath = new Map(parts.map((_, part) => [`${this.writer(part)}/record.json`, part]));
    this.kinds = parts.map(
      ({ stream, shard }) => (stream === 'companies' ? 'company' : 'driver') + (shard === 0 ? '' : `-${shardOf(shard)}`),
    );
  }

  protected changed(path: string, node: Node): void {
    if (path.startsWith(`${EVENTS}/`)) return this.placed(path.slice(EVENTS.length + 1), node);
    const part = this.byPath.get(path);
    if (part === undefined || node instanceof Map) return;
    const record = this.records.of(node.bytes);
    if (record === null) return;
    if (node.synced !== node.bytes) this.listener.broken(`part ${part}: the record is there before it was synced`);
    const stand = this.standOf(part, record);
    this.listener.recorded(part, stand, this.before[part]!);
    this.before[part] = stand;
  }

  /** A batch's folder was renamed into place: that is the commit. */
  private placed(name: string, node: Node): void {
    if (!(node instanceof Map)) return this.listener.broken(`${name} was written in place, where readers see it half`);
    const part = this.partOf(name);
    const all = this.growing(part);
    const bytes = this.batches(part)
      .map((batch) => this.bytesOf(part, batch))
      .join('');
    const durable = [...node.values()].every((file) => !(file instanceof Map) && file.synced === file.bytes);
    if (!durable || (all !== null && this.file(all)?.synced.toString('latin1', 0, bytes.length) !== bytes))
      this.listener.broken(`${name} is there before it, or what grows beside it, was synced`);
    this.listener.committed(part, stage.current.generation, this.committedNext(part));
  }

  record(part: number): Stand | null {
    const record = this.records.of(this.file(`${this.writer(part)}/record.json`)?.bytes);
    return record === null ? null : this.standOf(part, record);
  }

  /** What whoever opens next makes of a record and the folders that are there. */
  private standOf(part: number, { standing, ahead, generation, cleaned, first, shards }: FoldersRecord): Stand {
    const number = first + Math.floor(standing.next / shards);
    const there = ahead !== null && this.metaOf(this.nameOf(part, number))?.sha256 === ahead.sha256;
    const { next, totals } = there ? ahead.standing : standing;
    return { next, totals, generation, cleaned };
  }

  committedNext(part: number): number {
    const { shard, shards } = this.parts[part]!;
    return shard + this.batches(part).length * shards;
  }

  difference(part: number, upTo: (next: number) => Expected): string | null {
    const names = this.batches(part);
    const { pieces, bytes } = upTo(this.committedNext(part));
    const record = this.record(part);
    if (record !== null && record.next !== this.committedNext(part)) return `the record says ${record.next}, there are ${names.join(' ')}`;
    for (const [i, { dueUs, lines }] of pieces.entries()) {
      const name = this.nameOf(part, i + 1);
      const said = this.metaOf(name);
      const text = lines.join('');
      if (names[i] !== name || said === null) return `${name} is not there, but ${names.join(' ')}`;
      if (this.bytesOf(part, name) !== text) return `${name} holds\n${this.bytesOf(part, name)}the timeline says\n${text}`;
      const truth: Partial<Meta> = {
        batch_number: i + 1,
        scheduled_at: new Date(dueUs / 1000).toISOString(),
        mode: 'production',
        seed: 1 + i + 1,
        record_count: lines.length,
        bytes: text.length,
      };
      const wrong = Object.entries(truth).find(([key, value]) => said[key as keyof Meta] !== value);
      if (wrong !== undefined) return `${name} says of itself ${JSON.stringify(said)}, ${wrong.join(' is ')}`;
    }
    const all = this.growing(part);
    const found = all === null || record === null ? bytes : this.text(all);
    if (found !== bytes) return `${String(all)} holds\n${String(found)}the folders\n${bytes}`;
    return record === null ? null : this.manifestsDiffer(part, pieces.length);
  }

  private manifestsDiffer(part: number, batches: number): string | null {
    const count = (name: string) => (JSON.parse(this.text(`${MANIFESTS}/${name}`) ?? '{}') as { batches?: number }).batches;
    const [own, all] = [count(`${this.kinds[part]!}.json`), count('batch_manifest.json')];
    const sum = this.parts.reduce((total, _, other) => total + this.batches(other).length, 0);
    return own === batches && all === sum
      ? null
      : `the manifests say ${String(own)} and ${String(all)} batches, there are ${batches} and ${sum}`;
  }

  left(part: number): string {
    const all = this.growing(part);
    return [...this.batches(part), ...(all !== null && this.text(all) !== undefined ? [all] : [])].join(' ');
  }

  loseCommit(part: number): boolean {
    const record = this.records.of(this.file(`${this.writer(part)}/record.json`)?.bytes);
    const last = this.batches(part).at(-1);
    if (record === null || record.ahead === null || last === undefined || this.metaOf(last)?.sha256 !== record.ahead.sha256) return false;
    this.remove(`${EVENTS}/${last}`);
    return true;
  }

  loseAll(part: number): boolean {
    const record = this.record(part);
    if (record === null || record.cleaned === true) return false;
    this.remove(this.writer(part));
    for (const name of this.batches(part)) this.remove(`${EVENTS}/${name}`);
    const all = this.growing(part);
    if (all !== null) this.remove(all);
    return true;
  }

  /** The part's folders that are there, in order. */
  private batches(part: number): string[] {
    return [...(this.folder(EVENTS)?.keys() ?? [])].filter((name) => this.partOf(name) === part).sort();
  }
  private partOf(name: string): number {
    return this.kinds.indexOf(/^(.*)-\d{6,}$/.exec(name)?.[1] ?? '');
  }
  private nameOf(part: number, number: number): string {
    return `${this.kinds[part]!}-${String(number).padStart(6, '0')}`;
  }
  private bytesOf(part: number, name: string): string {
    return this.text(`${EVENTS}/${name}/${this.parts[part]!.stream === 'companies' ? 'companies' : 'events'}.jsonl`) ?? '';
  }
  private metaOf(name: string): Meta | null {
    return this.metas.of(this.file(`${EVENTS}/${name}/batch_meta.json`)?.bytes);
  }
  private growing(part: number): string | null {
    const { stream, shard } = this.parts[part]!;
    return stream === 'companies' ? `${RAW}/companies${shard === 0 ? '' : `-${shardOf(shard)}`}.jsonl` : null;
  }
  private text(path: string): string | undefined {
    return (this.file(path) satisfies Inode | undefined)?.bytes.toString('latin1');
  }
  private writer(part: number): string {
    const { stream, shard } = this.parts[part]!;
    return `${RAW}/.writer/${stream}-${shardOf(shard)}`;
  }
}
