/**
 * The first events of a run, made here and now: no Temporal, no sink, the same bytes. Who asks for them may be the facade, which has others to
 * answer: so they are made in slices, and what may be asked for is bounded whatever the specification says (one of ten million drivers is valid).
 */
import { setImmediate as turn } from 'node:timers/promises';
import { namePlan } from '../../workflows/naming';
import type { FixedPlan, Plan } from '../../workflows/messages';
import { begin } from '../../workflows/schedule';
import { BatchBuffer } from '../fields/batch-buffer';
import type { Batch } from '../sinks/sink';
import { generationOf } from './generation';
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

export interface Preview {
  events: PreviewedEvent[];
  /** There are more, but to make them is more than a look. */
  limited: boolean;
}

/** A load may make empty batches for ever: then there are fewer events to be seen. */
const MOST_EMPTY = 10_000;
/** Of the events as they are in the sink; a fleet's company with its thousand drivers has 280 kB. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Of generation, 64 events or 32 drivers each: about a second of a core. The first day of the largest season of mail takes 1,900. */
const MOST_STEPS = 2_500;
/** So many milliseconds of making events, and others have their turn. */
const SLICE_MS = 5;

/** The first `n` events over all streams, in the order of their batches' due instants (unpaced: stream by stream). */
export async function preview(plan: FixedPlan, n: number): Promise<Preview> {
  const generation = generationOf(plan, plan.timeline ?? begin(plan.streams, plan.startUs));
  const next = generation.schedules.map(() => 0);
  const out = new BatchBuffer();
  const events: PreviewedEvent[] = [];
  let [bytes, steps, since] = [0, 0, performance.now()];
  const spent = () => steps >= MOST_STEPS || bytes + out.at >= MOST_BYTES;
  const enough = () => events.length + out.count >= n || spent();
  for (let empty = 0; events.length < n && empty < MOST_EMPTY;) {
    const dues = generation.schedules.map((schedule, stream) => schedule.batch(next[stream] ?? 0).dueUs);
    const stream = dues.indexOf(Math.min(...dues));
    if (dues[stream] === undefined || !Number.isFinite(dues[stream])) break;
    const filling = generation.fill(stream, next[stream] ?? 0, out, enough);
    let step = filling.next();
    for (; step.done !== true; step = filling.next()) {
      steps++;
      if (performance.now() - since < SLICE_MS) continue;
      await turn();
      since = performance.now();
    }
    const { value: batch } = step;
    const made = eventsOf(batch, generation.streams[stream]?.name ?? '', n - events.length);
    events.push(...made);
    if (events.length < n && spent()) return { events, limited: true };
    bytes += batch.bytes.length;
    empty = batch.count === 0 ? empty + 1 : 0;
    next[stream] = (next[stream] ?? 0) + 1;
  }
  return { events, limited: false };
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
