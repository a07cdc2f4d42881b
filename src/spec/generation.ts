/** A run's data as a function: plan and timeline in, the bytes of any batch out. Worker, preview, `--stdout` and `verify` all make events here. */
import type { FixedPlan } from '../../workflows/messages';
import { schedulesOf, type Entry, type StreamSchedule } from '../../workflows/schedule';
import type { BatchBuffer } from '../fields/batch-buffer';
import { scenarios } from '../scenarios';
import type { StreamDefinition } from '../scenarios/scenario';
import type { Batch } from '../sinks/sink';
import { keyFieldOf } from './fit-sink';
import { parseJobSpec } from './job-spec';

export interface Generation {
  /** By stream number, as in the plan. */
  readonly streams: readonly StreamDefinition[];
  readonly schedules: readonly StreamSchedule[];
  /**
   * Writes batch `b` (0 ≤ b < the schedule's end) of stream number `stream` into `out`, which is reset first. Yields now and then; the bytes
   * are complete when the generator is done.
   */
  fill(stream: number, b: number, out: BatchBuffer): Generator<void, Batch, void>;
}

/** @throws UserError when the plan's specification is not valid for this evergen. */
export function generationOf(plan: FixedPlan, timeline: readonly Entry[]): Generation {
  const { scenario, sink } = parseJobSpec(plan.spec);
  const identity = { seed: plan.seed, startUs: plan.startUs };
  const streams = scenarios.get(scenario.name).streams(scenario.options, identity);
  const schedules = schedulesOf(plan, timeline);
  const keyFields = streams.map(({ name }) => keyFieldOf(sink, name));
  const byName = Object.fromEntries(schedules.flatMap((schedule, i) => (streams[i] === undefined ? [] : [[streams[i].name, schedule]])));
  return {
    streams,
    schedules,
    *fill(stream, b, out) {
      const [definition, schedule] = [streams[stream], schedules[stream]];
      if (definition === undefined || schedule === undefined) throw new Error(`there is no stream number ${String(stream)}`);
      const { dueUs, events, firstEvent, timeUs } = schedule.batch(b);
      out.reset();
      out.keyField = keyFields[stream];
      yield* definition.fill({ identity, stream: definition.name, batch: b, events, firstEvent, dueUs, timeUs, schedules: byName }, out);
      const { headers } = definition;
      const batch = batchOf(b, dueUs, out);
      return headers === undefined ? batch : { ...batch, headers: (i) => headers(firstEvent + i) };
    },
  };
}

/** The whole batch at once, for callers that have nothing else to look after. */
export function make(generation: Generation, stream: number, b: number, out: BatchBuffer): Batch {
  const steps = generation.fill(stream, b, out);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const batchOf = (
  number: number,
  dueUs: number,
  { bytes, at, count, ends, keys, keysAt, keyEnds, timesMs, corrupted }: BatchBuffer,
): Batch => ({
  number,
  dueUs,
  count,
  bytes: bytes.subarray(0, at),
  ends,
  keys: keys.subarray(0, keysAt),
  keyEnds,
  timesMs,
  corrupted,
  ledger: NO_ROWS,
});

const NO_ROWS = Buffer.alloc(0);
