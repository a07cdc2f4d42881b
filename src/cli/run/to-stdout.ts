/** `run --stdout`: the schedule in this process, to a stream. No Temporal, no files, the same bytes; what was written is remembered nowhere. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Clock } from '../../../activities/clock';
import type { FixedPlan } from '../../../workflows/messages';
import { begin } from '../../../workflows/schedule';
import { BatchBuffer } from '../../fields/batch-buffer';
import { generationOf, make } from '../../spec/generation';

export interface Written {
  events: number;
  bytes: number;
}

/**
 * Writes batch after batch at its instant, over all streams in the order of their instants; a slow reader is waited for.
 * @param sample ends after so many events; null: when the schedule does
 * @param signal ends it early, the batch in hand whole
 */
export async function paceTo(
  out: Writable,
  plan: FixedPlan,
  clock: Clock,
  { sample, signal }: { sample: number | null; signal: AbortSignal },
): Promise<Written> {
  const { schedules, ...generation } = generationOf(plan, plan.timeline ?? begin(plan.streams, plan.startUs));
  const next = schedules.map(() => 0);
  const written: Written = { events: 0, bytes: 0 };
  const most = sample ?? Infinity;
  const buffer = new BatchBuffer();
  while (written.events < most && !signal.aborted) {
    const dues = schedules.map((schedule, stream) => schedule.batch(next[stream] ?? 0).dueUs);
    const stream = dues.indexOf(Math.min(...dues));
    const due = dues[stream] ?? Infinity;
    if (!Number.isFinite(due)) break;
    const batch = make({ schedules, ...generation }, stream, next[stream] ?? 0, buffer);
    next[stream] = (next[stream] ?? 0) + 1;
    if (schedules[stream]?.paced === true) await clock.waitUntil(due, signal);
    if (signal.aborted) break;
    const events = Math.min(batch.count, most - written.events);
    const bytes = batch.bytes.subarray(0, events === 0 ? 0 : batch.ends[events - 1]);
    // A copy: the buffer is filled again while the stream may still hold what it was given.
    if (!out.write(Buffer.from(bytes))) await drained(out, signal);
    written.events += events;
    written.bytes += bytes.length;
  }
  return written;
}

/** Resolves also when the reader has gone: the loop then ends by the signal. */
async function drained(out: Writable, signal: AbortSignal): Promise<void> {
  await once(out, 'drain', { signal }).catch(() => undefined);
}
