/**
 * The circuit breaker of one target, shared by all writers of a process. Closed: requests pass. After nothing but failures for a while it opens: nothing
 * passes, and whoever asks hears why, so that the status can say it. From time to time one request is let through; its answer closes the circuit or keeps it open.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SinkError } from '../sink';

/** It opens after so many failures without a success in between, the first of which began so long ago. */
const FAILURES = 5;
const FAILING_MS = 2_000;
/** From one probe to the next, doubling up to the most; also the longest time that a caller waits for one. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 10_000;

export class Circuit {
  private failures = 0;
  private failingSinceMs = 0;
  /** Rests so far; 0: closed. */
  private rests = 0;
  private restUntilMs = 0;
  private probing = false;
  private reason = '';

  /** @param target for messages */
  constructor(
    private readonly target: string,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Requests pass, without a question. */
  get closed(): boolean {
    return this.rests === 0;
  }

  /**
   * Resolves when a request may go out; its outcome is then told by `succeeded`, `failed`, or `unknown`.
   * @throws SinkError when the rest is long, the signal's reason when that fires first
   */
  async enter(signal: AbortSignal): Promise<void> {
    while (!this.closed) {
      const leftMs = this.restUntilMs - this.nowMs();
      if (leftMs > LONGEST_REST_MS) throw this.open();
      if (leftMs <= 0 && !this.probing) {
        this.probing = true;
        return;
      }
      await sleep(Math.max(leftMs, 20), undefined, { signal });
    }
    signal.throwIfAborted();
  }

  succeeded(): void {
    this.failures = 0;
    this.rests = 0;
    this.probing = false;
  }

  /**
   * @param beganMs when the failed request began, by `performance.now()`
   * @param afterMs how long the target asks to be left alone; 0: it does not say
   * @returns the error to end with when the circuit is open now; null: try again
   */
  failed(reason: string, beganMs: number, afterMs: number): SinkError | null {
    this.reason = reason;
    if (this.failures++ === 0) this.failingSinceMs = beganMs;
    const nowMs = this.nowMs();
    const dead = this.failures >= FAILURES && nowMs - this.failingSinceMs >= FAILING_MS;
    if (!this.probing && !dead && afterMs <= LONGEST_REST_MS) return this.rests === 0 ? null : this.open();
    this.probing = false;
    // What was under way when it opened fails one by one: that is no longer rest.
    if (nowMs >= this.restUntilMs || afterMs > LONGEST_REST_MS) {
      this.restUntilMs = nowMs + Math.max(afterMs, Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.rests));
      this.rests++;
    }
    return this.open();
  }

  /** The request was ended from outside. */
  unknown(): void {
    this.probing = false;
  }

  private open(): SinkError {
    const seconds = (ms: number) => `${String(Math.max(1, Math.round(ms / 1000)))} s`;
    const nowMs = this.nowMs();
    return new SinkError(
      `${this.target} does not take events (${this.reason}), since ${seconds(nowMs - this.failingSinceMs)}: it is left in peace and asked again in ${seconds(this.restUntilMs - nowMs)}`,
      true,
    );
  }
}
