/** The one writer of a part. A commit is one transaction: the events, then the progress after them. */
import type { Totals } from '../../../workflows/ledger';
import { SinkError, type Batch, type Committed, type Opening, type Writer } from '../sink';
import { Chunks } from './chunks';
import { asSinkError, isFenced } from './failures';
import { readProgress } from './current';
import { open, opened, type Held } from './open';
import { admit, type Progress } from './progress';
import type { Site } from './site';

export class KafkaWriter implements Writer {
  private held: Held | undefined;
  /** One step at a time; any error ends the writer for good: what it left behind is for the next one to find out. */
  private state: 'new' | 'open' | 'busy' | 'dead' = 'new';

  /** The commit in hand, or the last one, has begun to publish. */
  private begun = false;

  constructor(
    private readonly site: Site,
    private readonly opening: Opening,
  ) {}

  /** A transaction that nobody has asked to commit, nobody will: the next writer, or time, ends it. */
  get unwritten(): boolean {
    return this.state === 'dead' && this.held !== undefined && !(this.begun && this.held.delivery.visible);
  }

  async committed(): Promise<Committed> {
    this.enter('new');
    try {
      this.held = await open(this.site, this.opening);
    } catch (error) {
      this.state = 'dead';
      throw error;
    }
    // Closed meanwhile.
    if (this.state !== 'busy') this.held.link.cut();
    else this.state = 'open';
    const { next, totals } = this.held.progress;
    return { next, totals };
  }

  async commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void> {
    await this.change(async (held) => {
      this.begun = false;
      signal.throwIfAborted();
      const { part, topic } = held.place;
      const next = this.nextAfter(held.progress, batches);
      refuseForgotten(topic, batches, held.limits.retentionMs);
      const compressed = this.site.compression !== 'none';
      const chunks = new Chunks(part, batches, held.progress.partitions, held.limits.batchBytes, compressed);
      const after = { ...held.progress, generation: this.opening.generation, next, totals: { ...totals } };
      this.begun = true;
      await orCut(held, signal, held.delivery.publish(after, chunks));
      held.progress = after;
    });
  }

  async raise(): Promise<void> {
    await this.publish((progress) => ({ ...progress, generation: this.opening.generation }));
  }

  /** Leaves word that the run was cleaned: nobody writes for it any more. */
  async entomb(): Promise<void> {
    await this.publish((progress) => ({ ...progress, generation: this.opening.generation, cleaned: true }));
  }

  async close(): Promise<void> {
    const idle = this.state === 'open';
    this.state = 'dead';
    if (idle) await this.held?.link.close();
    else this.held?.link.cut();
  }

  private publish(change: (progress: Progress) => Progress): Promise<void> {
    return this.change(async (held) => {
      const after = change(held.progress);
      await held.delivery.publish(after);
      held.progress = after;
    });
  }

  private async change(change: (held: Held) => Promise<void>): Promise<void> {
    this.enter('open');
    const { held } = this;
    if (held === undefined) throw new Error('the writer is not open');
    try {
      await change(held);
      this.state = 'open';
    } catch (error) {
      this.state = 'dead';
      held.link.cut();
      throw await this.asWriterError(error, held);
    }
  }

  /** Of a writer that was fenced: by a higher generation, Superseded; else the caller, if it is still wanted, opens again. */
  private async asWriterError(error: unknown, { place }: Held): Promise<unknown> {
    if (!isFenced(error)) return asSinkError(error, place);
    try {
      const link = await opened(this.site);
      try {
        const progress = await readProgress(link, place, true);
        if (progress !== null) admit(progress, this.opening.generation);
      } finally {
        link.cut();
      }
    } catch (refusal) {
      return asSinkError(refusal, place);
    }
    return new SinkError(`another writer has taken over ${place.transactionalId}`, true, { cause: error });
  }

  private nextAfter({ next }: Progress, batches: readonly Batch[]): number {
    const { shards } = this.opening.part;
    batches.forEach(({ number }, i) => {
      const expected = next + i * shards;
      if (number !== expected) throw new Error(`batch ${String(number)} was given to a writer that expects batch ${String(expected)}`);
    });
    if (batches.length === 0) throw new Error('a commit has at least one batch');
    return next + batches.length * shards;
  }

  private enter(from: 'new' | 'open'): void {
    if (this.state !== from) throw new Error(`a writer that is ${this.state} was used as if it were ${from}`);
    this.state = 'busy';
  }
}

/** Rejects as soon as the signal fires: what is under way may still be done by the brokers. */
async function orCut({ link }: Held, signal: AbortSignal, work: Promise<void>): Promise<void> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      link.cut();
      reject(signal.reason instanceof Error ? signal.reason : new Error('the commit was aborted'));
    };
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}

const DAY_MS = 86_400_000;

/** A topic forgets by the records' own time: what is older than its retention would be deleted as soon as it is written. */
function refuseForgotten(topic: string, batches: readonly Batch[], retentionMs: number | null): void {
  if (retentionMs === null) return;
  const first = batches.reduce((earliest, { timesMs, count }) => {
    for (let i = 0; i < count; i++) earliest = Math.min(earliest, timesMs[i] ?? earliest);
    return earliest;
  }, Infinity);
  if (first >= Date.now() - retentionMs) return;
  throw new SinkError(
    `topic ${topic} keeps records for ${String(Math.round((retentionMs / DAY_MS) * 10) / 10)} days after their own time, and these are of ${new Date(first).toISOString()}: ` +
      'the brokers would delete them. Set its retention.ms to -1, then resume the job',
    false,
  );
}
