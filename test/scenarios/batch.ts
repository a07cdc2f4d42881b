/** Batches without a job: what a schedule asks for, and what a scenario answers. */
import { BatchBuffer } from '../../src/fields/batch-buffer';
import type { BatchAddress, Cadence, Fill, Identity, StreamDefinition } from '../../src/scenarios/scenario';
import { begin, schedulesOf } from '../../workflows/schedule';

export const IDENTITY: Identity = { seed: 42, startUs: 1_767_225_600_000_000 };
const EVENTS = 250;
const STEP_US = 1_700;

/**
 * The address of a batch under a steady schedule: `events` a batch, one every 1.7 ms; all streams have the same.
 * @param cadence the scenario's own, where it has one: then that decides
 */
export function addressOf(
  streams: readonly StreamDefinition[],
  stream: string,
  batch: number,
  identity = IDENTITY,
  events = EVENTS,
  cadence?: readonly Cadence[],
): BatchAddress {
  const limits = { forUs: null, events: null, batches: null };
  const plan = { seed: identity.seed, streams: streams.map(({ name }) => ({ name, limits })) };
  const pace = { kind: 'unpaced', batchSize: Math.max(1, events), stepUs: STEP_US } as const;
  const timeline = begin(cadence ?? streams.map(() => ({ pace })), identity.startUs);
  const all = schedulesOf(plan, timeline);
  const schedules = Object.fromEntries(streams.map(({ name }, i) => [name, all[i]!]));
  const { dueUs, firstEvent, timeUs, events: scheduled } = schedules[stream]!.batch(batch);
  return { identity, stream, batch, events: cadence === undefined ? events : scheduled, dueUs, firstEvent, timeUs, schedules };
}

/** Everything that a fill put into the buffer. */
export interface Filled {
  text: string;
  lines: string[];
  keys: string[];
  timesMs: number[];
}

/** @param onSlice called at each yield with the number of events so far */
export function run(
  fill: Fill,
  address: BatchAddress,
  out = new BatchBuffer(),
  onSlice: (events: number) => void = () => undefined,
): Filled {
  out.reset();
  const slices = fill(address, out);
  while (slices.next().done !== true) onSlice(out.count);
  return filled(out);
}

export function filled(out: BatchBuffer): Filled {
  const slice = (bytes: Buffer, ends: Uint32Array) =>
    Array.from({ length: out.count }, (_, i) => bytes.toString('utf8', i === 0 ? 0 : ends[i - 1], ends[i]));
  return {
    text: out.bytes.toString('utf8', 0, out.at),
    lines: slice(out.bytes, out.ends),
    keys: slice(out.keys, out.keyEnds),
    timesMs: [...out.timesMs.subarray(0, out.count)],
  };
}
