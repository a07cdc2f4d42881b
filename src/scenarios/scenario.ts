/** The contract of a data domain. `README.md` in this folder says how to add one; `test/scenarios/conformance.ts` holds every scenario to it. */
import type { z } from 'zod';
import type { Pace, StreamSchedule } from '../../workflows/schedule';
import type { BatchBuffer } from '../fields/batch-buffer';
import type { JsonSchema } from '../fields/field';

/** What every event of a run is drawn from, besides its address. */
export interface Identity {
  /** 0 … 2^32-1. */
  readonly seed: number;
  /** Due instant of batch 0, wall µs. */
  readonly startUs: number;
}

/** The address of a batch and what the schedule says of it. */
export interface BatchAddress {
  readonly identity: Identity;
  readonly stream: string;
  /** Number within the stream, from 0. */
  readonly batch: number;
  /** How many events the schedule asks for; a scenario with its own cadence may make another number. */
  readonly events: number;
  /** Number of the batch's first event within the stream. */
  readonly firstEvent: number;
  /** Wall µs. */
  readonly dueUs: number;
  /** Event time of event `i` (0 ≤ i < events), wall µs. */
  timeUs(i: number): number;
  /** The schedules of all streams of the job, by name: what a stream may know of another one (what was due by when), by arithmetic. */
  readonly schedules: Readonly<Record<string, StreamSchedule>>;
}

/**
 * Writes one batch. A generator that yields now and then (each 64 events or so), so that a worker can look after its other jobs in between:
 * pure and synchronous otherwise — no clock, no I/O, no state between calls.
 */
export type Fill = (address: BatchAddress, out: BatchBuffer) => Generator<void, void, void>;

export interface StreamDefinition {
  readonly name: string;
  /** JSON Schema of one event. */
  readonly schema: JsonSchema;
  /** Path of the field that holds the event's time, as milliseconds or RFC 3339: `event_time_ms`, `payload.timestamp`. Absent: the event has none. */
  readonly time?: string;
  /** Quality injection leaves this stream alone: what other events refer to. */
  readonly alwaysClean?: true;
  /** Its events refer to events of other streams that were due at or before their own batch: a pause or stop leaves none of these out. */
  readonly refersToOthers?: true;
  readonly fill: Fill;
  /** Headers of event number `event` of the stream (from 0), for sinks that have headers. */
  headers?(event: number): Readonly<Record<string, string>>;
}

/** How the batches of one stream follow each other, where the scenario decides it and not the specification. */
export interface Cadence {
  /** Its events are an estimate, for progress: a batch holds what `fill` makes. */
  readonly pace: Pace;
  /** The stream ends after so many batches; absent: when the specification or an operator says. */
  readonly batches?: number;
}

/** Lines for the log about a run whose events are requests, for scenarios whose users read them. */
export interface Narration<Options = unknown> {
  /** @param run `events` null: until stopped; `target`: where they go, for people */
  begun(run: { options: Options; events: number | null; target: string }): string[];
  /** @param event one event as JSON. @param answer begin of the body of the target's answer */
  sent(event: string, answer: string): string;
  failed(event: string, reason: string): string;
  /** @param how `completed`, `stopped` or `failed`. @param events all that the target was given */
  ended(how: string, events: number): string;
}

export interface ScenarioDefinition<Name extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  /** Raised by any change of bytes, faker's included. */
  readonly version: number;
  readonly summary: string;
  readonly options: Options;
  /** The streams under these options, in a fixed order; called once a process and options (the answer may be cached). */
  streams(options: z.output<Options>, identity: Identity): readonly StreamDefinition[];
  /** A cadence of its own, one a stream in their order: then `load.pace` and `load.events` are refused, and no operator changes the pace. */
  cadence?(options: z.output<Options>): readonly Cadence[];
  readonly narration?: Narration<z.output<Options>>;
  /** Words that its options are made of, for people, where there are more than a schema's table can show. */
  readonly vocabulary?: readonly { readonly name: string; readonly summary: string; readonly example: string }[];
}

export const defineScenario = <Name extends string, Options extends z.ZodObject>(definition: ScenarioDefinition<Name, Options>) =>
  definition;
