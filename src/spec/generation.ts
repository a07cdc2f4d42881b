/** A run's data as a function: plan and timeline in, the bytes of any batch out. Worker, preview, `--stdout` and `verify` all make events here. */
import type { FixedPlan } from '../../workflows/messages';
import { schedulesOf, type Entry, type StreamSchedule } from '../../workflows/schedule';
import { BatchBuffer } from '../fields/batch-buffer';
import { corruptionOf, type CorruptBatch } from '../quality';
import { scenarios } from '../scenarios';
import type { BatchAddress, Identity, StreamDefinition } from '../scenarios/scenario';
import type { Batch } from '../sinks/sink';
import { keyFieldOf } from './fit-sink';
import { parseJobSpec, type JobSpec } from './job-spec';

export interface Generation {
  /** By stream number, as in the plan. */
  readonly streams: readonly StreamDefinition[];
  readonly schedules: readonly StreamSchedule[];
  /**
   * Writes batch `b` (0 ≤ b < the schedule's end) of stream number `stream` into `out`, which is reset first. Yields now and then; the bytes
   * are complete when the generator is done.
   * @param enough asked now and then, for who wants only the first events of a batch: from then on no more are made
   */
  fill(stream: number, b: number, out: BatchBuffer, enough?: () => boolean): Generator<void, Batch, void>;
}

/** Beside the manifest of a run that has ended: what was corrupted in it, unless its sink keeps that with the batches. */
export const LEDGER = 'quality_ledger.jsonl';

/** Whether the run has a ledger. */
export const isCorrupted = (plan: FixedPlan): boolean => parseJobSpec(plan.spec).quality !== undefined;

/** @throws UserError when the plan's specification is not valid for this evergen. */
export function generationOf(plan: FixedPlan, timeline: readonly Entry[]): Generation {
  const spec = parseJobSpec(plan.spec);
  const identity = { seed: plan.seed, startUs: plan.startUs };
  const streams = scenarios.get(spec.scenario.name).streams(spec.scenario.options, identity);
  const schedules = schedulesOf(plan, timeline);
  const keyFields = streams.map(({ name }) => keyFieldOf(spec.sink, name));
  const byName = Object.fromEntries(schedules.flatMap((schedule, i) => (streams[i] === undefined ? [] : [[streams[i].name, schedule]])));
  const corruptions = corruptionsOf(spec, identity, streams);

  /** Answers what the schedule says of the batch. */
  function* fillClean(
    stream: number,
    b: number,
    out: BatchBuffer,
    { keyField, enough = () => false }: { keyField?: string | undefined; enough?: (() => boolean) | undefined } = {},
  ): Generator<void, Pick<BatchAddress, 'dueUs' | 'firstEvent'>, void> {
    const [definition, schedule] = [streams[stream], schedules[stream]];
    if (definition === undefined || schedule === undefined) throw new Error(`there is no stream number ${String(stream)}`);
    const { dueUs, events, firstEvent, timeUs } = schedule.batch(b);
    out.reset();
    out.keyField = keyField;
    const steps = definition.fill(
      { identity, stream: definition.name, batch: b, events, firstEvent, dueUs, timeUs, schedules: byName },
      out,
    );
    while (steps.next().done !== true && !enough()) yield;
    return { dueUs, firstEvent };
  }

  /** The last line before batch `b`; null when there is none. */
  function* lastBefore(stream: number, b: number): Generator<void, Buffer | null, void> {
    const out = new BatchBuffer();
    for (let earlier = b - 1; earlier >= 0; earlier--) {
      yield* fillClean(stream, earlier, out);
      if (out.count > 0) return out.line(out.count - 1);
    }
    return null;
  }

  return {
    streams,
    schedules,
    *fill(stream, b, out, enough) {
      const { dueUs, firstEvent } = yield* fillClean(stream, b, out, { keyField: keyFields[stream], enough });
      const corrupt = corruptions[stream] ?? null;
      const ledger = corrupt === null ? NO_ROWS : yield* corrupt(b, out, () => lastBefore(stream, b));
      const batch = batchOf(b, dueUs, out, ledger);
      const headers = streams[stream]?.headers;
      return headers === undefined ? batch : { ...batch, headers: (i) => headers(firstEvent + i) };
    },
  };
}

/** By stream number; null for streams that stay clean. */
function corruptionsOf({ scenario, quality }: JobSpec, identity: Identity, streams: readonly StreamDefinition[]): (CorruptBatch | null)[] {
  if (quality === undefined) return [];
  const several = streams.filter(({ alwaysClean }) => alwaysClean !== true).length > 1;
  const { name, version = 0, options } = scenario;
  return streams.map((stream) =>
    stream.alwaysClean === true
      ? null
      : corruptionOf(
          stream,
          { ...identity, scenario: { name, version, options }, stream: stream.name },
          quality,
          several ? { stream: stream.name } : {},
        ),
  );
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
  ledger: Buffer,
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
  ledger,
});

const NO_ROWS = Buffer.alloc(0);
