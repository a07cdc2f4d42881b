/**
 * Requests in, micro-batches out: while one batch is being committed, what comes in waits and makes the next one. Every request ends in one of three
 * ways: written, surely not written (`SinkAway`), or unknown (`OutcomeUnknown`), each within a bounded time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SinkError, Superseded } from '../sinks/sink';
import { OutcomeUnknown, SinkAway } from './failures';
import type { Print } from './ledger';
import type { Outlet } from './outlet';
import type { Line } from './published';

export interface Limits {
  /** How long a request waits for the sink before it is surely not written. */
  readonly waitMs: number;
  /** How long one whose commit was cut off waits for the sink to come back and tell. */
  readonly doubtMs: number;
  /** Of everything that waits, in bytes. */
  readonly queueBytes: number;
}

export const LIMITS: Limits = { waitMs: 2_500, doubtMs: 60_000, queueBytes: 32 * 1024 * 1024 };

/** Of one commit, unless a single request has more. */
const MOST_EVENTS = 5_000;
const MOST_BYTES = 4 * 1024 * 1024;
/**
 * Waiting is counted in looks at the queue, and not by the clock: when so many requests come that this process itself has no time, the sink's answer
 * is already here, and is read before the next look.
 */
const LOOK_MS = 100;
const FAILED_COMMIT_MS = 1_000;
/** Between two attempts to reach a sink that is away. */
const AGAIN_MS = 100;
/** At the end of the process, for what is under way. */
const DRAIN_MS = 3_000;

interface Waiting {
  readonly lines: readonly Line[];
  readonly print: Print | null;
  readonly bytes: number;
  /** How long it has waited in the queue, and a second for each commit that failed. */
  waitedMs: number;
  /** The sink has refused a batch that this was in, perhaps because of another: it is tried by itself. */
  alone: boolean;
  /** Its caller has been answered. */
  isOver: boolean;
  settle(failure?: Error): void;
}

export class Publisher {
  private readonly queue: Waiting[] = [];
  private queued = 0;
  private running: Promise<void> | undefined;
  private closed = false;
  private looks: NodeJS.Timeout | undefined;
  private lastFailure = 'the sink does not answer';

  constructor(
    private readonly outlet: Outlet,
    private readonly limits: Limits,
    /** Told when the sink goes away and when it is back. */
    private readonly say: (level: 'info' | 'warn', message: string) => void,
    private isAway = false,
  ) {}

  /** Looks at the sink at once, so that what an earlier process has left is settled. */
  begin(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      // What came in after the last look at the queue, and before this.
      if (this.queue.length > 0) this.begin();
    });
  }

  /** @throws SinkAway, OutcomeUnknown */
  publish(lines: readonly Line[], print: Print | null): Promise<void> {
    const bytes = lines.reduce((sum, line) => sum + line.bytes.length, 0);
    if (this.closed) return Promise.reject(new SinkAway('evergen is being stopped'));
    if (this.queued > 0 && this.queued + bytes > this.limits.queueBytes)
      return Promise.reject(new SinkAway('too much is waiting for the sink'));
    return new Promise((resolve, reject) => {
      this.enqueue({
        ...{ lines, print, bytes, waitedMs: 0, alone: false, isOver: false },
        settle(failure) {
          this.isOver = true;
          if (failure === undefined) resolve();
          else reject(failure);
        },
      });
      this.begin();
    });
  }

  /** Lets what is under way come to its end, for a moment; what then still waits was not written. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.race([this.running, sleep(DRAIN_MS, undefined, { ref: false })]);
    for (const waiting of this.queue.splice(0)) waiting.settle(new SinkAway('evergen is being stopped'));
    await this.outlet.close();
  }

  private enqueue(waiting: Waiting, first = false): void {
    if (first) this.queue.unshift(waiting);
    else this.queue.push(waiting);
    this.queued += waiting.bytes;
    this.looks ??= setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Only at what is still in the queue: what is being committed is no longer there. */
  private look(): void {
    const over = this.queue.filter((waiting) => (waiting.waitedMs += LOOK_MS) >= this.limits.waitMs);
    for (const waiting of over) {
      this.queue.splice(this.queue.indexOf(waiting), 1);
      this.queued -= waiting.bytes;
      waiting.settle(new SinkAway(this.lastFailure));
    }
    if (this.queue.length > 0) return;
    clearInterval(this.looks);
    this.looks = undefined;
  }

  private async run(): Promise<void> {
    do {
      if (!this.outlet.isOpen && !(await this.opened())) {
        await sleep(AGAIN_MS);
        continue;
      }
      const batch = this.take();
      if (batch.length > 0) await this.commit(batch);
    } while (this.queue.length > 0);
  }

  private async opened(): Promise<boolean> {
    try {
      await this.outlet.open();
      this.isBack();
      return true;
    } catch (failure) {
      this.isGone(failure);
      return false;
    }
  }

  private take(): Waiting[] {
    const batch: Waiting[] = [];
    let [events, bytes] = [0, 0];
    for (let first = this.queue[0]; first !== undefined; first = this.queue[0]) {
      const full = events + first.lines.length > MOST_EVENTS || bytes + first.bytes > MOST_BYTES;
      if (batch.length > 0 && (full || first.alone)) break;
      this.queue.shift();
      batch.push(first);
      events += first.lines.length;
      bytes += first.bytes;
      if (first.alone) break;
    }
    this.queued -= bytes;
    return batch;
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    const prints = batch.flatMap(({ print }) => (print === null ? [] : [print]));
    const outcome = await this.outlet.commit(
      batch.flatMap(({ lines }) => lines),
      prints,
    );
    if (outcome === undefined) return batch.forEach((waiting) => waiting.settle());
    this.isGone(outcome.failure);
    if (!outcome.unwritten && (await this.isThere(batch))) return;
    const refused = outcome.failure instanceof SinkError && !outcome.failure.canRetry;
    this.again(batch, refused);
  }

  /** Whether a batch in doubt is there, as soon as the sink tells; those who have waited too long are told that nobody knows. */
  private async isThere(batch: readonly Waiting[]): Promise<boolean> {
    const giveUp = () => batch.forEach((waiting) => waiting.settle(new OutcomeUnknown(this.lastFailure)));
    const doubt = setTimeout(giveUp, this.limits.doubtMs).unref();
    try {
      for (;;) {
        try {
          const isThere = await this.outlet.open();
          this.isBack();
          if (isThere) batch.forEach((waiting) => waiting.settle());
          return isThere;
        } catch (failure) {
          this.isGone(failure);
          // A later facade has taken over: whether before or after the commit, only that one knows.
          if (this.closed || failure instanceof Superseded) {
            giveUp();
            return false;
          }
          await sleep(AGAIN_MS);
        }
      }
    } finally {
      clearTimeout(doubt);
    }
  }

  /** Not written: tried once more where there is time, and one by one where the sink has refused something for good. */
  private again(batch: readonly Waiting[], refused: boolean): void {
    for (const waiting of [...batch].reverse()) {
      if (waiting.isOver) continue;
      const last = refused && (waiting.alone || batch.length === 1);
      waiting.waitedMs += FAILED_COMMIT_MS;
      if (last || waiting.waitedMs >= this.limits.waitMs) {
        waiting.settle(new SinkAway(this.lastFailure));
        continue;
      }
      waiting.alone ||= refused;
      this.enqueue(waiting, true);
    }
  }

  private isGone(failure: unknown): void {
    // What sinks say is said to people with a job in their hands.
    this.lastFailure = (failure instanceof Error ? failure.message : String(failure)).replace(/,? (?:then|and) resume the job/, '');
    if (!this.isAway) this.say('warn', `the connector's sink is away: ${this.lastFailure}`);
    this.isAway = true;
  }

  private isBack(): void {
    if (this.isAway) this.say('info', "the connector's sink is back");
    this.isAway = false;
  }
}
