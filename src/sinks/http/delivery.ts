/** One event, or one array of them, to its final answer: tried again until the target has accepted or refused it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { SinkError, type Delivery, type SinkDeps } from '../sink';
import type { Circuit } from './circuit';
import type { Outgoing } from './outgoing';
import { post } from './request';
import { verdictOn, verdictOnFailure, type Verdict } from './verdict';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** An event that is refused for the moment so long, while others pass, is told to the status. */
const TELL_AFTER_MS = 30_000;

export interface Line {
  readonly dispatcher: Dispatcher;
  readonly circuit: Circuit;
  readonly path: string;
  readonly timeoutMs: number;
  readonly delivered: SinkDeps['delivered'];
}

/**
 * @param halt no further attempt is begun; the one under way goes on
 * @param abort ends the attempt under way, too
 * @returns null when it was halted before there was a final answer
 * @throws SinkError when the target takes nothing at all, or an operator must act
 */
export async function deliver(line: Line, outgoing: Outgoing, halt: AbortSignal, abort: AbortSignal): Promise<Verdict | null> {
  const beganMs = performance.now();
  for (let attempt = 0; ; attempt++) {
    const verdict = await unlessHalted(tryOnce(line, outgoing, halt, abort), halt);
    if (verdict === null || verdict.kind !== 'retry') return verdict;
    if (performance.now() - beganMs > TELL_AFTER_MS)
      throw new SinkError(`event ${outgoing.key} is not taken, again and again (${verdict.reason})`, true);
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
    if ((await unlessHalted(sleep(Math.max(pauseMs, verdict.afterMs), true, { signal: halt }), halt)) === null) return null;
  }
}

async function tryOnce(line: Line, outgoing: Outgoing, halt: AbortSignal, abort: AbortSignal): Promise<Verdict> {
  const { circuit, dispatcher, path, timeoutMs } = line;
  await circuit.enter(halt);
  const beganMs = performance.now();
  let verdict: Verdict;
  try {
    verdict = await post(dispatcher, { path, timeoutMs, headers: outgoing.headers, body: outgoing.body }, abort).then(
      (answer) => verdictOn(answer, Date.now()),
      verdictOnFailure,
    );
  } catch (failure) {
    circuit.unknown();
    throw failure;
  }
  if (abort.aborted) {
    circuit.unknown();
    abort.throwIfAborted();
  }
  line.delivered?.(told(outgoing, verdict));
  if (verdict.kind !== 'retry') circuit.succeeded();
  else {
    const open = circuit.failed(verdict.reason, beganMs, verdict.afterMs);
    if (open !== null) throw open;
  }
  return verdict;
}

const told = ({ part, batch, first, body }: Outgoing, { kind, reason, answer }: Verdict): Delivery => ({
  part,
  batch: batch.number,
  i: first,
  outcome: kind === 'retry' ? 'failed' : kind,
  body,
  reason,
  answer,
});

/** What is rejected after a halt was rejected because of it. */
async function unlessHalted<T>(work: Promise<T>, halt: AbortSignal): Promise<T | null> {
  try {
    return await work;
  } catch (failure) {
    if (halt.aborted && !(failure instanceof SinkError)) return null;
    throw failure;
  }
}
