/** The contract between evergen and a place where batches go. `README.md` in this folder says how to add one; `test/sinks/conformance.ts` holds every sink to it. */
import type { z } from 'zod';
import type { Totals } from '../../workflows/ledger';

/** One batch, ready to be written. Valid until the `commit` that it was given to has settled; its buffers are used again after that. */
export interface Batch {
  /** Number within its stream, from 0. */
  readonly number: number;
  /** Due instant, wall µs. */
  readonly dueUs: number;
  /** Number of events; may be 0. */
  readonly count: number;
  /** All events as JSON lines, each ended by a newline. */
  readonly bytes: Buffer;
  /** `ends[i]` is the offset after the newline of event `i` (length ≥ count). */
  readonly ends: Uint32Array;
  /** Keys of all events, UTF-8, one after the other: event `i`'s ends at `keyEnds[i]`. Clean even where the event is corrupted. */
  readonly keys: Buffer;
  readonly keyEnds: Uint32Array;
  /** Event times, milliseconds since the epoch. */
  readonly timesMs: Float64Array;
  /** How many events quality injection has corrupted. */
  readonly corrupted: number;
  /** What it did to them, JSON lines of `{batch, i, field, fault, original}` in the order of the events; empty when it is off. */
  readonly ledger: Buffer;
  /** Headers that the scenario adds to event `i`, for sinks that have headers; absent: none. */
  readonly headers?: ((i: number) => Readonly<Record<string, string>>) | undefined;
}

/** Which part of which run: the unit that has one writer at a time. */
export interface PartAddress {
  readonly job: string;
  readonly run: string;
  readonly stream: string;
  readonly shard: number;
  readonly shards: number;
}

export interface Committed {
  /** First batch of this part that is not committed; `shard` when nothing is. */
  readonly next: number;
  readonly totals: Totals;
  /** Of a sink that sends event by event: batches of this part from `next` on that it has begun, and how many of their events are done. */
  readonly begun?: { readonly batches: number; readonly events: number } | undefined;
}

export interface Opening {
  readonly part: PartAddress;
  /** From 1. Raised by every settle; a writer of a lower generation than the sink has seen is superseded. */
  readonly generation: number;
  /** True in the first settle of a run only: what is missing is created. Otherwise a missing record is lost progress. */
  readonly create: boolean;
  /** What the caller knows to be committed; the answer of sinks that remember nothing (`durable: false`). */
  readonly known: Committed;
  /** The job, for sinks that tell of it beside the data. */
  readonly about?: { readonly seed: number; /** The resolved specification. */ readonly spec: unknown } | undefined;
}

export interface Writer {
  /** Of a writer that sends event by event, absent otherwise: it is given a batch when the first of its events is due, and sends each at its own time. */
  readonly sends?: {
    /** Most events of one commit, so that a slow target shows progress. */
    readonly atMost: number;
    /** Events of the part that the target has refused for good, as of the last commit. */
    readonly rejected: number;
    /** How long no event of the commit in hand has come to its final answer, ms; 0 between commits. After a cancel a silent target is waited for less. */
    readonly silentMs: number;
  };
  /** Each batch wants a commit of its own, since totals are kept after every one. Default: a commit takes many. */
  readonly single?: boolean;
  /**
   * What is committed. Called once, before anything else; also fences every older writer of the part.
   * @throws Superseded when a higher generation has been here (or the run was cleaned): the caller ends without writing.
   * @throws LostProgress when there is no record although this is not the first settle.
   */
  committed(): Promise<Committed>;
  /**
   * Makes the batches durable: whole, in order, with the totals after them. The bytes in the sink do not depend on how batches are grouped.
   * After an error the outcome is unknown: the caller drops this writer; the next attempt opens anew and asks.
   * @param batches consecutive batches of this part, at least one
   * @param totals the totals after the last of them
   * @param signal aborts a commit that hangs
   */
  commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void>;
  /**
   * After a failed commit: true when surely nothing of it was written or ever will be, so that the caller need not open anew to know. Absent, or
   * false: unknown.
   */
  readonly unwritten?: boolean;
  /** Makes this writer's generation durable (settle): from here on every lower one is superseded. */
  raise(): Promise<void>;
  /** Releases what the writer holds; never throws, may be called twice. */
  close(): Promise<void>;
}

/** What a reader finds of one part: exactly what is committed, nothing of an uncommitted tail. Fences nobody. */
export interface Found extends Committed {
  /** The committed bytes in batch order. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A sink that was opened with its options and the process's surroundings. */
export interface Sink {
  /** False for sinks that remember nothing (drop): `committed` answers what the caller knows. */
  readonly durable: boolean;
  /** True for sinks that keep each batch's `ledger` beside the batch; for all others, one file of the whole run is made when it has ended. */
  readonly keepsLedger?: boolean;
  /** Identity of the place that is written to; a job records it, and a process with another one must not write. */
  home(): Promise<string>;
  open(opening: Opening): Writer;
  /** For `verify`; null where the part was never begun. Absent where nothing can be read back. */
  read?(part: PartAddress): Promise<Found | null>;
  /**
   * Deletes the run's data: fences as a writer, leaves a record `cleaned`, then deletes. May be repeated after a kill. Absent where nothing can be deleted.
   * @param mode deletes only what was made in this mode, by sinks that tell modes apart
   */
  clean?(parts: readonly PartAddress[], generation: number, mode?: string): Promise<Cleaned>;
  /** What `clean` would do, with nothing done, in any state of the job. */
  survey?(parts: readonly PartAddress[], mode?: string): Promise<Cleaned>;
  /**
   * The run's complete data files with their checksums, for the manifest; with `ended` also the last file of each part. Absent where there are no files.
   * @param known an earlier list: a complete file never changes and is not read again
   */
  files?(run: { job: string; run: string }, ended: boolean, known?: readonly DataFile[]): Promise<DataFile[]>;
  /** Writes what the run's folder holds for people besides the data: after the first settle, after each change of the timeline, at the end. */
  publish?(run: { job: string; run: string }, generation: number): Promise<void>;
  /** Where the data of a run is, for people. */
  output(run: { job: string; run: string }): Output;
  /** Releases connections and handles. */
  close(): Promise<void>;
}

/** What a clean has deleted, or would delete. Paths are relative to the data directory. */
export interface Cleaned {
  deleted: string[];
  /** What evergen did not write: left alone. */
  skipped: string[];
  /** What could not be deleted, and why: a clean that is repeated tries again. */
  errors: string[];
  /** Whether the run itself was cleaned: not when it was another mode's data. */
  over: boolean;
}

export interface DataFile {
  /** Relative to the run's folder. */
  path: string;
  bytes: number;
  sha256: string;
}

export interface Output {
  kind: string;
  path?: string;
  topic?: string;
  url?: string;
  /** The file that is kept of events which the target has refused for good; there is none where it has refused none. */
  rejected?: string;
}

/** What a sink may use of the process: no sink reads the environment itself. */
export interface SinkDeps {
  /** Absolute path; file sinks stay inside. */
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** UUID of the Temporal namespace that the jobs live in, for names in places that several stacks share. Absent where no part is opened. */
  readonly namespace?: string;
  /** Told of every answer of a target, for those who log them; must not throw. */
  readonly delivered?: ((delivery: Delivery) => void) | undefined;
  /** Where sinks tell people what they do; absent: nobody listens. */
  readonly log?: SinkLog;
}

/** What became of one request. */
export interface Delivery {
  readonly part: PartAddress;
  readonly batch: number;
  /** First event of the request within the batch. */
  readonly i: number;
  /** `failed`: it will be tried again. */
  readonly outcome: 'accepted' | 'rejected' | 'failed';
  /** What was sent; valid during the call. */
  readonly body: Uint8Array;
  /** `201`, or what went wrong when nobody answered. */
  readonly reason: string;
  /** The begin of the answer's body. */
  readonly answer: string;
}

/** What keeps a sink from working in these surroundings. */
export interface SinkProblem {
  /** From the specification's `sink`. */
  readonly path: readonly string[];
  /** A sentence that goes on from the path. */
  readonly message: string;
}

/** What a sink may know of the scenario whose events it gets. */
export interface ScenarioShape {
  readonly name: string;
  /** `fields`: those that each event of the stream has. */
  readonly streams: readonly { readonly name: string; readonly fields: readonly string[] }[];
}

/** Takes one line. Never throws, never makes anyone wait: a line may be lost, a commit may not. */
export type SinkLog = (line: {
  /** Which part speaks: `company_generator`. */
  component: string;
  run: string;
  level: 'info' | 'warn' | 'error';
  message: string;
  metadata: Record<string, unknown>;
}) => void;

/** A registered sink: one file, one line in `index.ts`. */
export interface SinkDefinition<Name extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  readonly summary: string;
  readonly options: Options;
  /** The target forgets progress that is not renewed: a job settles at least so often, paused or not. Absent: it forgets nothing. */
  readonly keepMs?: number;
  /**
   * Puts in what depends on the scenario, when a specification is read; doing it again changes nothing. Absent: nothing does.
   * @returns problems, each at its path within the options
   */
  fit?(
    options: z.output<Options>,
    scenario: ScenarioShape,
  ): { options: z.output<Options>; problems: { path: string[]; message: string }[] };
  /** Field of the stream's events whose value is their key; undefined: the scenario's own. */
  keyOf?(options: z.output<Options>, stream: string): string | undefined;
  /** What this process's environment lacks or forbids, asked before a job is started; absent: nothing can be wrong. Looks nowhere else. */
  problems?(options: z.output<Options>, env: SinkDeps['env']): readonly SinkProblem[];
  create(options: z.output<Options>, deps: SinkDeps): Sink;
}

export const defineSink = <Name extends string, Options extends z.ZodObject>(definition: SinkDefinition<Name, Options>) => definition;

/** A higher generation has been here, or the run was cleaned. Not an error of anyone: the late writer ends. */
export class Superseded extends Error {
  readonly code = 'SUPERSEDED';
}

/** The record of what was committed is gone or behind the ledger. */
export class LostProgress extends Error {
  readonly code = 'LOST_PROGRESS';
}

/** A fault of the sink. `canRetry`: time heals it; otherwise an operator must act, and `message` says what to do. */
export class SinkError extends Error {
  readonly code = 'SINK';
  constructor(
    message: string,
    readonly canRetry: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
