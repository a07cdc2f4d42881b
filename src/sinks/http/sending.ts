/** Requests side by side, each at its instant, and which of them are over: whoever keeps the progress asks for those in a row from the first. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver, type Line } from './delivery';
import type { Outgoing } from './outgoing';
import type { Lane } from './request';
import type { Verdict } from './verdict';

/** A batch of a rate is a window of 100 ms; an event that lies further ahead (unpaced, or a batch given early) is not waited for. */
const LONGEST_WAIT_MS = 150;

/** Events that are over since they were last asked for. */
export interface Over {
  events: number;
  rejected: number;
  /** What is to be kept of the refused ones, in order. */
  rows: Buffer[];
}

export class Sending {
  private readonly halt = new AbortController();
  private readonly verdicts: (Verdict | undefined)[] = [];
  private begun = 0;
  /** When it began, or had its last final answer, by `performance.now()`. */
  private movedMs = performance.now();
  private taken = 0;
  private failure: { error: unknown } | undefined;

  /** @param rows what to keep of a refused request */
  constructor(
    private readonly line: Line,
    private readonly requests: readonly Outgoing[],
    private readonly rows: (request: Outgoing, verdict: Verdict) => Buffer,
  ) {
    setMaxListeners(0, this.halt.signal);
  }

  /**
   * Resolves when every request has its final answer.
   * @param signal ends those under way at once
   * @throws the first failure, when all that were under way have ended
   */
  async run(concurrency: number, signal: AbortSignal): Promise<void> {
    const lanes = Array.from({ length: Math.min(concurrency, this.requests.length) }, (): Lane => ({}));
    const abort = () => {
      this.stop(signal.reason);
      for (const { cut } of lanes) cut?.();
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await Promise.all(lanes.map((lane) => this.oneByOne(lane)));
    } finally {
      signal.removeEventListener('abort', abort);
    }
    this.requireGoing();
  }

  get silentMs(): number {
    return performance.now() - this.movedMs;
  }

  /** @throws what it was stopped for */
  requireGoing(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** No further attempt is begun; `run` ends with this error. */
  stop(error: unknown): void {
    this.failure ??= { error };
    this.halt.abort();
  }

  /** The events in a row that are over since the last call. */
  take(): Over {
    const over: Over = { events: 0, rejected: 0, rows: [] };
    for (;;) {
      const [request, verdict] = [this.requests[this.taken], this.verdicts[this.taken]];
      if (request === undefined || verdict === undefined) return over;
      this.taken++;
      over.events += request.count;
      if (verdict.kind !== 'rejected') continue;
      over.rejected += request.count;
      over.rows.push(this.rows(request, verdict));
    }
  }

  private async oneByOne(lane: Lane): Promise<void> {
    try {
      for (;;) {
        const number = this.begun++;
        const request = this.requests[number];
        if (request === undefined || this.halt.signal.aborted) return;
        const aheadMs = request.atMs - Date.now();
        if (aheadMs > 0 && aheadMs <= LONGEST_WAIT_MS) await sleep(aheadMs, undefined, { signal: this.halt.signal });
        const verdict = await deliver(this.line, request, this.halt.signal, lane);
        if (verdict === null) return;
        this.verdicts[number] = verdict;
        this.movedMs = performance.now();
      }
    } catch (error) {
      this.stop(error);
    }
  }
}
