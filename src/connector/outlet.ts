/**
 * The one writer of the connector's events: a part of a sink as jobs have it, so that a batch is committed whole, once, by one facade at a time. A
 * commit that fails leaves a batch of which it is not known whether it is there; opening anew tells, by how many batches the sink holds.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { afterBatch, noTotals, type Totals } from '../../workflows/ledger';
import { runName } from '../../workflows/naming';
import { BatchBuffer } from '../fields/batch-buffer';
import { LostProgress, Superseded, type Sink, type Writer } from '../sinks/sink';
import type { Ledger, Print } from './ledger';
import { microBatch } from './micro-batch';
import type { Line } from './published';

/** Not the name of any job: job ids begin with a letter or a digit. */
const JOB = '_connector';
const STREAM = 'events';

/** A sink that hangs in the middle of a commit is given up after so long. */
const COMMIT_MS = 10_000;

export class Outlet {
  private writer: Writer | undefined;
  private totals: Totals = noTotals();
  /** Number of the next batch; undefined until the sink was asked for the first time. */
  private next: number | undefined;
  private generation: number | undefined;
  private buffer = new BatchBuffer();

  constructor(
    private readonly sink: Sink,
    private readonly ledger: Ledger,
    private readonly now: () => Date,
  ) {}

  get isOpen(): boolean {
    return this.writer !== undefined;
  }

  /**
   * Takes the part over. Answers whether the batch that was in doubt is there: the one whose commit failed, or that an earlier process has noted last.
   * @throws SinkError; Superseded for good, when a later facade writes for this data directory
   */
  async open(): Promise<boolean> {
    const known = this.ledger.head;
    if (this.generation === undefined) {
      // Of two that start in the same moment one is the later.
      const generation = (known?.generation ?? 0) + randomInt(1, 1000);
      await this.ledger.begin(known?.run ?? this.newRun(), generation);
      this.generation = generation;
    }
    const doubted = this.next ?? this.ledger.doubtful;
    try {
      await this.take();
    } catch (failure) {
      if (failure instanceof Superseded)
        throw new Superseded('another facade has taken over this data directory: let only one run', { cause: failure });
      if (!(failure instanceof LostProgress)) throw failure;
      // The topic was made anew, or the record is gone, and the events with it: a run of its own begins, and its keys.
      await this.ledger.begin(this.newRun(), this.generation);
      this.next = undefined;
      await this.take();
      return false;
    }
    this.ledger.settle(this.next ?? 0);
    return doubted !== undefined && doubted < (this.next ?? 0);
  }

  /**
   * Makes events durable: all of them or none.
   * @returns whether, after an error, surely nothing of them was written; otherwise only `open` knows
   */
  async commit(lines: readonly Line[], prints: readonly Print[]): Promise<{ failure: unknown; unwritten: boolean } | undefined> {
    const { writer, next } = this;
    if (writer === undefined || next === undefined) throw new Error('the outlet is not open');
    let begun = false;
    try {
      await this.ledger.note({ batch: next, prints });
      const batch = microBatch(lines, next, this.now(), this.buffer);
      const totals = afterBatch(this.totals, { emitted: batch.count, corrupted: 0, bytes: batch.bytes.length });
      begun = true;
      await writer.commit([batch], totals, AbortSignal.timeout(COMMIT_MS));
      this.next = next + 1;
      this.totals = totals;
      this.ledger.settle(this.next);
      return undefined;
    } catch (failure) {
      const unwritten = !begun || writer.unwritten === true;
      if (unwritten) this.ledger.settle(next);
      // A commit that was given up may still read the old one.
      this.buffer = new BatchBuffer();
      await this.close();
      return { failure, unwritten };
    }
  }

  async close(): Promise<void> {
    const { writer } = this;
    this.writer = undefined;
    await writer?.close();
  }

  private async take(): Promise<void> {
    const run = this.ledger.head?.run ?? '';
    const writer = this.sink.open({
      part: { job: JOB, run, stream: STREAM, shard: 0, shards: 1 },
      generation: this.generation ?? 1,
      create: true,
      known: { next: 0, totals: noTotals() },
    });
    try {
      const { next, totals } = await writer.committed();
      // Fewer batches than were committed: an offset that has expired, another topic of the same name.
      const least = this.next ?? this.ledger.doubtful ?? 0;
      if (next < least) throw new LostProgress(`the sink holds ${String(next)} batches of the connector, ${String(least)} were committed`);
      await writer.raise();
      [this.writer, this.next, this.totals] = [writer, next, totals];
    } catch (failure) {
      await writer.close();
      throw failure;
    }
  }

  private newRun = (): string => `${runName(this.now())}-${randomBytes(3).toString('hex')}`;
}
