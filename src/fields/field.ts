/** A field of an event: one value, written as JSON bytes straight into the batch's buffer. One kind of field a file; `index.ts` lists them. */
import type { BatchBuffer } from './batch-buffer';
import type { Random } from './random';

export type JsonSchema = Record<string, unknown>;

/** What a field may look at besides its random numbers. One object for a whole batch, changed from event to event: never keep it. */
export interface EventContext {
  /** Event time, wall µs. */
  timeUs: number;
  /** Number of the event within its stream. */
  event: number;
  /** Slots in which categorical fields leave the index of the value they drew, for fields that depend on them. */
  readonly drawn: Int32Array;
}

export interface Field {
  /** JSON Schema of the value, ranges and enumerations included: `/scenarios`, docs, conformance and quality injection read it. */
  readonly schema: JsonSchema;
  /** Writes the value at `out.at`. May draw any number of random numbers; the next event starts from its own address. */
  write(out: BatchBuffer, random: Random, context: EventContext): void;
}
