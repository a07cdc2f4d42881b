/**
 * The one writer of a part. Its progress is the disk sink's record, with the same opening and the same fence: before a batch's first request the record says
 * that it was begun, from time to time how many of its events are over, and at the end that it is committed. A kill repeats what came after the last record.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Totals } from '../../../workflows/ledger';
import type { PartRecord } from '../disk/record';
import type { DiskWriter } from '../disk/writer';
import type { Batch, Committed, Opening, Writer } from '../sink';
import type { Line } from './delivery';
import { outgoingOf, type Outgoing } from './outgoing';
import { rowsOf } from './rejected';
import { Sending, type Over } from './sending';

/** Of one commit: at 5,000 a second less than half a second of work, so that figures move. */
const MOST_EVENTS = 2_000;
const SAVE_EVERY_MS = 1_000;
/** What is over when a commit was aborted is still noted, if the disk is quick: it saves repeating it. */
const LAST_SAVE_MS = 300;

export interface Sender {
  line(): Promise<Line>;
  /** Of every request, names and values by turns. */
  readonly headers: readonly string[];
  readonly concurrency: number;
  readonly array: number | undefined;
}

export class HttpWriter implements Writer {
  /** Events of the batches from the next one on that are over. */
  private over = 0;
  private rejected = 0;
  /** Of the commit in hand, while its requests are under way. */
  private sending: Sending | undefined;

  /** @param record keeps the progress; its data are the rows of refused events */
  constructor(
    private readonly record: DiskWriter,
    private readonly opening: Opening,
    private readonly sender: () => Sender,
  ) {}

  get sends(): { atMost: number; rejected: number; silentMs: number } {
    return { atMost: MOST_EVENTS, rejected: this.rejected, silentMs: this.sending?.silentMs ?? 0 };
  }

  async committed(): Promise<Committed> {
    const committed = await this.record.committed();
    this.over = committed.begun?.events ?? 0;
    this.rejected = committed.totals.rejected;
    return committed;
  }

  async commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { headers, concurrency, array, ...sender } = this.sender();
    const line = await sender.line();
    const next = this.record.nextAfter(batches);
    await this.save(batches.length, [], signal);

    const requests = this.left(outgoingOf(this.opening.part, batches, headers, array));
    const sending = new Sending(line, requests, (request, verdict) => rowsOf(request, verdict, new Date()));
    await this.send(sending, concurrency, batches.length, signal);

    const rows = this.note(sending.take());
    const events = batches.reduce((sum, { count }) => sum + count, 0);
    const over = Math.max(0, this.over - events);
    const change = (record: PartRecord) => {
      // More than these: begun by an attempt whose clock was ahead.
      const left = (record.begun?.batches ?? 0) - batches.length;
      return { next, totals: { ...totals, rejected: this.rejected }, begun: left > 0 ? { batches: left, events: over } : undefined };
    };
    await this.record.keep(rows, change, signal);
    this.over = over;
  }

  /** Sends, and notes meanwhile and in the end what is over. */
  private async send(sending: Sending, concurrency: number, batches: number, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const saving = this.saveNowAndThen(sending, batches, ended.signal, signal);
    this.sending = sending;
    try {
      await sending.run(concurrency, signal);
      ended.abort();
      await saving;
      // A save that was under way when the last answer came may have failed.
      sending.requireGoing();
    } catch (failure) {
      ended.abort();
      await saving;
      // The failure is what counts; without this note more is repeated, nothing else.
      await this.save(batches, this.note(sending.take()), AbortSignal.timeout(LAST_SAVE_MS)).catch(() => undefined);
      throw failure;
    } finally {
      this.sending = undefined;
    }
  }

  private async saveNowAndThen(sending: Sending, batches: number, ended: AbortSignal, signal: AbortSignal): Promise<void> {
    while (await passed(SAVE_EVERY_MS, ended)) {
      const over = sending.take();
      if (over.events === 0) continue;
      try {
        await this.save(batches, this.note(over), signal);
      } catch (failure) {
        // Another writer has taken over, or the disk is full: nothing more may be sent.
        sending.stop(failure);
        return;
      }
    }
  }

  /** Counts what is over, and answers its rows. */
  private note({ events, rejected, rows }: Over): { bytes: Buffer }[] {
    this.over += events;
    this.rejected += rejected;
    return rows.map((bytes) => ({ bytes }));
  }

  /** @param batches begun, from the next one on */
  private save(batches: number, rows: { bytes: Buffer }[], signal: AbortSignal): Promise<void> {
    const change = ({ next, totals, begun }: PartRecord) => ({
      next,
      totals: { ...totals, rejected: this.rejected },
      begun: { batches: Math.max(batches, begun?.batches ?? 0), events: this.over },
    });
    return this.record.keep(rows, change, signal);
  }

  /** The requests whose events are not over yet. */
  private left(requests: readonly Outgoing[]): Outgoing[] {
    let events = 0;
    return requests.filter(({ count }) => (events += count) > this.over);
  }

  raise(): Promise<void> {
    return this.record.raise();
  }

  close(): Promise<void> {
    return this.record.close();
  }
}

/** Whether the time has passed before the signal fired. */
const passed = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, undefined, { signal }).then(
    () => true,
    () => false,
  );
