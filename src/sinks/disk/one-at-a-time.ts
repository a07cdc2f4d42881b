/** What writers of files have in common: one step at a time, a commit that hangs is left alone, and after any error the writer is dead: what it left behind is for the next one to find out. */
import type { Totals } from '../../../workflows/ledger';
import type { Batch, Committed, Opening, Writer } from '../sink';
import { orAborted } from './abort';

/** What an open writer holds of its part. */
export interface Holding {
  /** As it was last published. */
  readonly record: Committed;
  /** Lets go of files and of the own folder; never throws. */
  release(): Promise<void>;
}

export abstract class OneAtATime<Held extends Holding> implements Writer {
  private held: Held | undefined;
  private state: 'new' | 'open' | 'busy' | 'dead' = 'new';
  private step: Promise<void> = Promise.resolve();
  private abandoned = false;

  constructor(protected readonly opening: Opening) {}

  /** Takes the part over; throws what callers of `committed` are to see. */
  protected abstract open(): Promise<Held>;
  /** Makes the generation durable. */
  protected abstract lift(held: Held): Promise<void>;
  /** An error of a step in the sink's terms. */
  protected abstract explain(error: unknown, held: Held): Promise<unknown>;

  async committed(): Promise<Committed> {
    this.enter('new');
    const opened = this.open().then((held) => (this.held = held));
    this.step = opened.then(nothing, nothing);
    try {
      const { next, totals, begun } = (await opened).record;
      this.state = 'open';
      return { next, totals, begun };
    } catch (error) {
      this.state = 'dead';
      throw error;
    }
  }

  abstract commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void>;

  raise(): Promise<void> {
    return this.change((held) => this.lift(held));
  }

  async close(): Promise<void> {
    this.state = 'dead';
    const released = this.step.then(async () => {
      const held = this.held;
      this.held = undefined;
      await held?.release();
    });
    // A step that hangs must not hold up the close: what it uses is released when it is over.
    if (!this.abandoned) await released;
  }

  /** First batch after these, which must be the next ones of the part. */
  nextAfter(batches: readonly Batch[]): number {
    const { shards } = this.opening.part;
    const { next } = this.opened().record;
    batches.forEach(({ number }, i) => {
      const expected = next + i * shards;
      if (number !== expected) throw new Error(`batch ${number} was given to a writer that expects batch ${expected}`);
    });
    if (batches.length === 0) throw new Error('a commit has at least one batch');
    return next + batches.length * shards;
  }

  /** One step that changes something: `change` puts the new record into what is held. Aborted, it goes on unobserved. */
  protected async change(change: (held: Held) => Promise<void>, signal?: AbortSignal): Promise<void> {
    this.enter('open');
    const held = this.opened();
    const work = change(held);
    this.step = work.then(nothing, nothing);
    try {
      await (signal === undefined ? work : orAborted(work, signal));
      this.state = 'open';
    } catch (error) {
      this.state = 'dead';
      this.abandoned = signal?.aborted === true;
      throw this.abandoned ? error : await this.explain(error, held);
    }
  }

  private opened(): Held {
    if (this.held === undefined) throw new Error('the writer is not open');
    return this.held;
  }

  private enter(from: 'new' | 'open'): void {
    if (this.state !== from) throw new Error(`a writer that is ${this.state} was used as if it were ${from}`);
    this.state = 'busy';
  }
}

const nothing = (): void => undefined;
