/** One event, or one array of them, to its final answer: tried again until the target has accepted or refused it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { SinkError, type Delivery, type SinkDeps } from '../sink';
import type { Circuit } from './circuit';
import type { Outgoing } from './outgoing';
import { post, type Lane } from './request';
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
 * Few promises on purpose: in an activity each one is followed by Temporal's context.
 * @param halt no further attempt is begun; the one under way goes on
 * @param lane has none under way
 * @returns null when it was halted before there was a final answer
 * @throws SinkError when the target takes nothing at all, or an operator must act
 */
export async function deliver(line: Line, outgoing: Outgoing, halt: AbortSignal, lane: Lane): Promise<Verdict | null> {
  const beganMs = performance.now();
  try {
    for (let attempt = 0; !halt.aborted; attempt++) {
      if (!line.circuit.closed) await line.circuit.enter(halt);
      const verdict = await tryOnce(line, outgoing, lane);
      if (verdict.kind !== 'retry') return verdict;
      if (performance.now() - beganMs > TELL_AFTER_MS)
        throw new SinkError(`event ${outgoing.key} is not taken, again and again (${verdict.reason})`, true);
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
      await sleep(Math.max(pauseMs, verdict.afterMs), undefined, { signal: halt });
    }
    return null;
  } catch (failure) {
    // What ends after a halt ends because of it.
    if (halt.aborted && !(failure instanceof SinkError)) return null;
    throw failure;
  }
}

async function tryOnce(line: Line, outgoing: Outgoing, lane: Lane): Promise<Verdict> {
  const { circuit, dispatcher, path, timeoutMs } = line;
  const beganMs = performance.now();
  let verdict: Verdict | undefined;
  try {
    const answered = post(dispatcher, { path, timeoutMs, headers: outgoing.headers, body: outgoing.body }, lane);
    verdict = await answered.then((answer) => verdictOn(answer, Date.now()), verdictOnFailure);
  } finally {
    if (verdict === undefined) circuit.unknown();
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
