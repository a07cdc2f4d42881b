/** Requests to the connector, each under a key of its own until it is answered well: sent again, it is published once. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, Ending } from '../exit';

const GENERATE = '/api/mock/events/generate';

/** How long a connector that has taken something may be away. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 250;
/** The connector says within a minute what has become of a request. */
const ANSWER_MS = 90_000;
/** After an interruption, for what is under way. */
const LAST_ANSWERS_MS = 2_000;

export interface Tally {
  /** Events that were accepted. */
  events: number;
  requests: number;
  /** Answers of 429: sent again after what they said. */
  limited: number;
  /** Other requests that were sent again. */
  repeated: number;
  /** Requests of which nobody has said what became of them: under way, or cut off. */
  unanswered: number;
}

export class ConnectorClient {
  readonly tally: Tally = { events: 0, requests: 0, limited: 0, repeated: 0, unanswered: 0 };
  /** Nobody sends before: the connector has said so. `performance.now()`. */
  private notBefore = 0;
  private goodAt: number | undefined;
  private readonly cut = new AbortController();

  /**
   * @param base address of the facade
   * @param token asked of every call, where one is set
   * @param stopped nothing is sent again, or waited for much longer
   */
  constructor(
    private readonly base: string,
    private readonly token: string | undefined,
    private readonly stopped: AbortSignal,
  ) {
    // Each request that waits listens: more than the ten from which on Node suspects a leak.
    setMaxListeners(0, stopped, this.cut.signal);
    stopped.addEventListener('abort', () => {
      setTimeout(() => {
        this.cut.abort();
      }, LAST_ANSWERS_MS).unref();
    });
  }

  /**
   * Resolves when the request is accepted, or was given up since the sending was stopped.
   * @throws Ending: not there, or no longer; or it refuses what it gets
   */
  async send(body: unknown, events: number, key: string): Promise<void> {
    for (let since = performance.now(); ;) {
      await this.wait(this.notBefore - performance.now());
      if (this.stopped.aborted) return;
      this.tally.unanswered++;
      const answer = await this.post(body, key);
      if (answer !== undefined) this.tally.unanswered--;
      if (answer?.status === 202) {
        this.goodAt = performance.now();
        this.tally.events += events;
        this.tally.requests++;
        return;
      }
      if (answer?.status === 429) {
        this.tally.limited++;
        since = performance.now();
        this.notBefore = Math.max(this.notBefore, since + answer.retryAfterMs);
        continue;
      }
      const passing = answer === undefined ? this.goodAt !== undefined : answer.status === 503 || answer.status === 504;
      if (this.stopped.aborted && (answer === undefined || passing)) return;
      if (answer === undefined) this.tally.unanswered--;
      if (!passing || performance.now() - Math.max(since, this.goodAt ?? 0) > PATIENCE_MS) throw this.unavailable(answer);
      this.tally.repeated++;
      await this.wait(answer?.retryAfterMs ?? AGAIN_MS);
    }
  }

  private async wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.stopped }).catch(() => undefined);
  }

  private async post(body: unknown, key: string): Promise<{ status: number; retryAfterMs: number; detail: string } | undefined> {
    try {
      const response = await fetch(this.base + GENERATE, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), this.cut.signal]),
      });
      const text = await response.text();
      return { status: response.status, retryAfterMs: retryAfter(response), detail: detailIn(text) };
    } catch {
      return undefined;
    }
  }

  private unavailable(answer: { status: number; detail: string } | undefined): Ending {
    const why =
      answer === undefined ? 'nobody answers' : `it answers ${String(answer.status)}${answer.detail === '' ? '' : `, ${answer.detail}`}`;
    const way = answer === undefined ? ': evergen up starts it' : '';
    return new Ending(EXIT.failed, `Connector API not available at ${this.base}: ${why}${way}`);
  }
}

function retryAfter({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : AGAIN_MS;
}

function detailIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string' ? body.detail : '';
  } catch {
    return '';
  }
}
