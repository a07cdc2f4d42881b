/** Quality injection over one stream: which events are corrupted, how, and the rows that say so. */
import type { BatchBuffer } from '../fields/batch-buffer';
import { Random, streamKey, type StreamIdentity } from '../fields/random';
import { CleanEvent } from './clean-event';
import type { Corrupt, Faulty, StreamFacts } from './fault';
import { faults } from './faults';
import type { Quality } from './quality';
import { fieldsOf } from './schema-fields';

/** What is corrupted: a stream of a scenario. */
export interface CleanStream {
  readonly schema: Readonly<Record<string, unknown>>;
  /** Path of the field that holds the event's time. */
  readonly time?: string;
}

/**
 * Corrupts the batch in `out`, which is clean and whole when it is called; yields now and then. Answers the rows of the ledger.
 * @param before makes the clean line of the last event of the batches before this one; null: there is none
 */
export type CorruptBatch = (
  batch: number,
  out: BatchBuffer,
  before: () => Generator<void, Buffer | null, void>,
) => Generator<void, Buffer, void>;

interface BoundFault {
  readonly name: string;
  readonly corrupt: Corrupt;
  readonly needsBefore: boolean;
}

/** Events between two moments at which a worker may look after its other jobs. */
const EVENTS_A_SLICE = 64;

/** The faults that can come over a stream, by name. */
export const faultsFor = (stream: CleanStream, wanted: Quality['faults']): string[] => bound(stream, wanted).map(({ name }) => name);

/**
 * @param identity of the stream; the numbers drawn here are not those that its events are drawn from
 * @param tag stands first in each row, where the rows of several streams come together
 */
export function corruptionOf(
  stream: CleanStream,
  identity: StreamIdentity,
  { corruption_rate: rate, faults: wanted }: Quality,
  tag: { stream?: string },
): CorruptBatch {
  const all = bound(stream, wanted);
  const key = streamKey(identity, 'quality');
  return function* corrupt(batch, out, before) {
    const random = new Random(key);
    const lines = new Map<number, string | Buffer>();
    const rows: string[] = [];
    for (let i = 0; i < out.count; i++) {
      if (i % EVENTS_A_SLICE === 0) yield;
      random.at(batch, i);
      if (random.float() >= rate) continue;
      const drawn = yield* faultOf(all, out, i, random, before);
      if (drawn === null) continue;
      const { line, field, original, fault } = drawn;
      lines.set(i, line);
      rows.push(`${JSON.stringify({ ...tag, batch, i, field, fault }).slice(0, -1)},"original":${original}}\n`);
    }
    out.replace(lines);
    out.corrupted = lines.size;
    return Buffer.from(rows.join(''));
  };
}

const bound = (stream: CleanStream, wanted: Quality['faults']): BoundFault[] => {
  const facts = factsOf(stream);
  return wanted.flatMap(({ name, options }) => {
    const { needsBefore = false, ...fault } = faults.get(name);
    const corrupt = fault.bind(facts, fault.options.parse(options));
    return corrupt === null ? [] : [{ name, corrupt, needsBefore }];
  });
};

function factsOf({ schema, time }: CleanStream): StreamFacts {
  return { fields: fieldsOf(schema), time: time === undefined ? null : { path: time, names: time.split('.') } };
}

/** The first fault, in an order drawn anew for each event, that can break this one; null: none can, the event stays as it is. */
function* faultOf(
  all: readonly BoundFault[],
  out: BatchBuffer,
  i: number,
  random: Random,
  before: () => Generator<void, Buffer | null, void>,
): Generator<void, (Faulty & { fault: string }) | null, void> {
  const left = [...all];
  while (left.length > 0) {
    const [fault] = left.splice(random.below(left.length), 1);
    if (fault === undefined) break;
    const previous = !fault.needsBefore ? null : i > 0 ? out.line(i - 1) : yield* before();
    const faulty = fault.corrupt(new CleanEvent(out.line(i), out.timesMs[i] ?? 0, previous), random);
    if (faulty !== null) return { ...faulty, fault: fault.name };
  }
  return null;
}
