/** What an answer, or its absence, means for an event. */
import { SinkError } from '../sink';
import { ADDRESS_NOT_ALLOWED } from './lookup';
import { CUT_OFF, type Answer } from './request';

export type Verdict =
  | { readonly kind: 'accepted' | 'rejected'; readonly reason: string; readonly answer: string }
  /** Time heals it. `afterMs`: what the target asks for. */
  | { readonly kind: 'retry'; readonly reason: string; readonly answer: string; readonly afterMs: number };

/** Answers that speak of the moment, not of the event: too early, too slow, too many. */
const MOMENTARY = new Set([408, 425, 429]);

/** @throws SinkError where an operator has to act */
export function verdictOn({ status, headers, text: answer }: Answer, nowMs: number): Verdict {
  const reason = String(status);
  if (status >= 200 && status < 300) return { kind: 'accepted', reason, answer };
  if (status >= 300 && status < 400) {
    const { location } = headers;
    throw new SinkError(
      `the target answers ${reason} and sends on to ${typeof location === 'string' ? location.slice(0, 200) : 'elsewhere'}, where evergen does not follow: name the final address, then start the job anew`,
      false,
    );
  }
  if (status >= 400 && status < 500 && !MOMENTARY.has(status)) return { kind: 'rejected', reason, answer };
  return { kind: 'retry', reason, answer, afterMs: retryAfterMs(headers['retry-after'], nowMs) };
}

/** @param failure what kept the answer away, told by its code: classes do not survive another realm. @throws SinkError where an operator has to act */
export function verdictOnFailure(failure: unknown): Verdict {
  const { code, message } = coded(failure);
  if (code === CUT_OFF) throw failure;
  if (code !== ADDRESS_NOT_ALLOWED) return { kind: 'retry', reason: message, answer: '', afterMs: 0 };
  throw new SinkError(
    `${message}, which must not be reached: put that address into EVERGEN_HTTP_ALLOW if it may be, then resume the job`,
    false,
    { cause: failure },
  );
}

/** @throws what has no code: that is a fault of ours */
function coded(failure: unknown): { code: unknown; message: string } {
  if (typeof failure !== 'object' || failure === null || !('code' in failure) || !('message' in failure)) throw failure;
  // A connection that fails on both protocols has one error a protocol, and no message of its own.
  const [first]: unknown[] = 'errors' in failure && Array.isArray(failure.errors) ? failure.errors : [];
  const { message } = typeof first === 'object' && first !== null && 'message' in first ? first : failure;
  return { code: failure.code, message: String(message) || String(failure.code) };
}

/** Seconds or a date; 0 where there is neither. At most an hour: a target that says more may have forgotten about it. */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return 0;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), 3_600_000);
}
