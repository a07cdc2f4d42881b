/** The first events of a run, made here and now: no Temporal, no sink, the same bytes. */
import { namePlan } from '../../workflows/naming';
import type { FixedPlan, Plan } from '../../workflows/messages';
import { begin } from '../../workflows/schedule';
import { BatchBuffer } from '../fields/batch-buffer';
import type { Batch } from '../sinks/sink';
import { generationOf, make } from './generation';
import { formatInstant } from './instants';

export interface PreviewedEvent {
  stream: string;
  batch: number;
  /** Number within the batch, from 0. */
  i: number;
  due: string;
  key: string;
  /** Parsed; the text as it is where it cannot be parsed. */
  value: unknown;
}

/** @param at stands in for the start where the plan leaves it open */
export const fixedNow = (plan: Plan, at: Date): FixedPlan => ({
  ...namePlan(plan, { startTime: at }),
  startUs: plan.startUs ?? at.getTime() * 1000,
});

/** A load may make empty batches for ever: then there are fewer events to be seen. */
const MOST_EMPTY = 10_000;

/** The first `n` events over all streams, in the order of their batches' due instants (unpaced: stream by stream). */
export function preview(plan: FixedPlan, n: number): PreviewedEvent[] {
  const generation = generationOf(plan, plan.timeline ?? begin(plan.streams, plan.startUs));
  const next = generation.schedules.map(() => 0);
  const out = new BatchBuffer();
  const events: PreviewedEvent[] = [];
  for (let empty = 0; events.length < n && empty < MOST_EMPTY;) {
    const dues = generation.schedules.map((schedule, stream) => schedule.batch(next[stream] ?? 0).dueUs);
    const stream = dues.indexOf(Math.min(...dues));
    if (dues[stream] === undefined || !Number.isFinite(dues[stream])) break;
    const batch = make(generation, stream, next[stream] ?? 0, out);
    events.push(...eventsOf(batch, generation.streams[stream]?.name ?? '', n - events.length));
    empty = batch.count === 0 ? empty + 1 : 0;
    next[stream] = (next[stream] ?? 0) + 1;
  }
  return events;
}

function eventsOf({ number, dueUs, count, bytes, ends, keys, keyEnds }: Batch, stream: string, most: number): PreviewedEvent[] {
  return Array.from({ length: Math.min(count, most) }, (_, i) => ({
    stream,
    batch: number,
    i,
    due: formatInstant(Math.floor(dueUs / 1000)),
    key: keys.toString('utf8', i === 0 ? 0 : keyEnds[i - 1], keyEnds[i]),
    // Without the newline.
    value: valueOf(bytes.toString('utf8', i === 0 ? 0 : ends[i - 1], (ends[i] ?? 1) - 1)),
  }));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
