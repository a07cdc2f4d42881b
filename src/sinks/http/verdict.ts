/** What an answer, or its absence, means for an event. */
import { SinkError } from '../sink';
import { AddressNotAllowed } from './lookup';
import type { Answer } from './request';

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

/** @param failure what kept the answer away. @throws SinkError where an operator has to act */
export function verdictOnFailure(failure: unknown): Verdict {
  if (failure instanceof AddressNotAllowed) {
    throw new SinkError(
      `${failure.message}, which must not be reached: put that address into EVERGEN_HTTP_ALLOW if it may be, then resume the job`,
      false,
      { cause: failure },
    );
  }
  if (!(failure instanceof Error)) throw failure;
  return { kind: 'retry', reason: sentenceOf(failure), answer: '', afterMs: 0 };
}

/** A connection that fails on both protocols has one error a protocol, and no message of its own. */
function sentenceOf(failure: Error): string {
  const [first]: unknown[] = failure instanceof AggregateError ? failure.errors : [];
  return (first instanceof Error ? first.message : failure.message) || failure.name;
}

/** Seconds or a date; 0 where there is neither. At most an hour: a target that says more may have forgotten about it. */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return 0;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), 3_600_000);
}
