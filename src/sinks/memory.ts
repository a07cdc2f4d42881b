/** The process's memory: for tests, and the shortest explanation of the contract. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { noTotals, type Totals } from '../../workflows/ledger';
import {
  defineSink,
  LostProgress,
  SinkError,
  Superseded,
  type Batch,
  type Committed,
  type Opening,
  type PartAddress,
  type Writer,
} from './sink';

/** What is kept of a part: its record and its bytes, which change together. */
interface Kept {
  generation: number;
  next: number;
  totals: Totals;
  chunks: Buffer[];
  cleaned: boolean;
  /** The one writer; another one in its place is the fence. */
  owner: MemoryWriter | null;
}

/** All parts of this process: another process has another memory, and says so by its home. */
const parts = new Map<string, Kept>();
const home = randomUUID();

const key = ({ job, run, stream, shard }: PartAddress) => [job, run, stream, shard].join('/');

class MemoryWriter implements Writer {
  private kept: Kept | null = null;

  constructor(private readonly opening: Opening) {}

  async committed(): Promise<Committed> {
    const { part, generation, create } = this.opening;
    let kept = parts.get(key(part));
    if (kept === undefined) {
      if (!create) throw new LostProgress(`nothing is known of ${key(part)}: this process was not there when it began`);
      kept = { generation: 0, next: part.shard, totals: noTotals(), chunks: [], cleaned: false, owner: null };
      parts.set(key(part), kept);
    }
    admit(kept, generation);
    kept.owner = this;
    this.kept = kept;
    return { next: kept.next, totals: kept.totals };
  }

  async commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void> {
    const kept = this.owned();
    signal.throwIfAborted();
    for (const { bytes } of batches) kept.chunks.push(Buffer.from(bytes));
    kept.next += batches.length * this.opening.part.shards;
    kept.totals = totals;
    kept.generation = this.opening.generation;
  }

  async raise(): Promise<void> {
    this.owned().generation = this.opening.generation;
  }

  async close(): Promise<void> {
    if (this.kept?.owner === this) this.kept.owner = null;
    this.kept = null;
  }

  private owned(): Kept {
    const { kept } = this;
    if (kept === null) throw new Error('the writer is not open');
    if (kept.owner === this) return kept;
    admit(kept, this.opening.generation);
    throw new SinkError('another writer has taken over this part', true);
  }
}

function admit(kept: Kept, generation: number): void {
  if (kept.cleaned) throw new Superseded('the run was cleaned');
  if (kept.generation > generation) throw new Superseded(`generation ${kept.generation} has been here, this writer has ${generation}`);
}

export const memory = defineSink({
  name: 'memory',
  summary: "The worker's memory, gone with its process; for tests.",
  options: z.strictObject({}),
  create: () => ({
    durable: true,
    home: () => Promise.resolve(home),
    open: (opening: Opening) => new MemoryWriter(opening),
    async read(part: PartAddress) {
      const kept = parts.get(key(part));
      if (kept === undefined || kept.cleaned) return null;
      const { next, totals, chunks } = kept;
      const committed = [...chunks];
      return {
        next,
        totals,
        async *chunks() {
          yield* committed;
        },
      };
    },
    async clean(addresses: readonly PartAddress[], generation: number) {
      for (const part of addresses) {
        const kept = parts.get(key(part));
        if (kept !== undefined && !kept.cleaned) admit(kept, generation);
        const gone = { generation, next: part.shard, totals: noTotals(), chunks: [], cleaned: true, owner: null };
        parts.set(key(part), kept === undefined ? gone : Object.assign(kept, gone));
      }
      return { deleted: [], skipped: [], errors: [], over: true };
    },
    output: () => ({ kind: 'memory' }),
    close: () => Promise.resolve(),
  }),
});
