/** What crosses the border between the workflow, its activities and its callers: plain JSON, numbers only, never data. No imports of values, so that anyone may read it. */
import type { Totals } from './ledger';
import type { Entry, Limits, Pace } from './schedule';

export const WORKFLOW_TYPE = 'generate';
/** Deletes the data of a run that has ended. */
export const CLEAN_WORKFLOW_TYPE = 'clean';
export const TASK_QUEUE = 'evergen';
export const SIGNALS = {
  pause: 'pause',
  resume: 'resume',
  stop: 'stop',
  setPace: 'set_pace',
  standby: 'standby',
  wake: 'wake',
  clean: 'clean',
} as const;
export const UPDATES = { pause: 'pause_job', resume: 'resume_job', stop: 'stop_job', setPace: 'set_pace', clean: 'clean_job' } as const;
export const STATUS_QUERY = 'status';
/** What has happened to a job that is on `standby`: the journal says so, and the reason of its state begins so. */
export const STOPPED_AS_PLANNED = 'the stack was stopped as planned';

export const SEARCH_ATTRIBUTES = { JobState: 'JobState', Scenario: 'Scenario', Sink: 'Sink' } as const;

/**
 * Optional argument of every signal: `request` makes a repeated delivery harmless, `by` goes into the timeline; `run`: it is for that run alone, and
 * another one of the job, which has it in its place, ignores it.
 */
export interface Request {
  request?: string;
  by?: string;
  run?: string;
}

/** Argument of the signal `set_pace`: one pace a stream, as `src/spec` has parsed it. (The update `set_pace` takes a pace as users write it.) */
export interface PaceRequest extends Request {
  paces: Pace[];
}

/** Argument of the signal `clean` and of the update `clean_job`, which a job that is not paused ignores or refuses. */
export interface CleanRequest extends Request {
  /** Only what was made in this mode, where the sink tells modes apart. */
  mode?: string;
}

/** What happened to a job and who asked for it: the operators' side of the timeline. */
export interface JournalEntry {
  atMs: number;
  action: 'start' | 'pause' | 'resume' | 'pace' | 'lag' | 'stop' | 'standby' | 'wake' | 'clean' | 'end';
  /** Who asked: `http`, `cli`, a name of the caller's; null: the job itself. */
  by: string | null;
  /** First batch of each stream that the change concerns; null: none moved. */
  from: number[] | null;
  /** For people; may be empty. */
  detail: string;
}

/** The states people see; `cleaned` is that of a job whose data was deleted, when it was paused or after it had ended. */
export type JobState = 'running' | 'paused' | 'stopping' | 'completed' | 'stopped' | 'failed' | 'cleaned';
export type Policy = 'hold' | 'skip' | 'catch_up';

/** The job as numbers, made by `src/spec/plan.ts` from a valid specification. */
export interface Plan {
  /** Job id = workflow id. */
  job: string;
  /** UTC instant of the start request, `20260105T231000.123Z`; null for scheduled runs: fixed by the first workflow task. */
  run: string | null;
  /** null: a hash of job id and run, fixed by the first workflow task. */
  seed: number | null;
  /** Due instant of batch 0, wall µs; null: when the first settle has answered. */
  startUs: number | null;
  scenario: string;
  sink: string;
  /** The resolved specification; the activities parse it again. */
  spec: unknown;
  version: string;
  /** `ownPace`: the scenario's, which nobody changes, and whose numbers of events are an estimate. */
  streams: { name: string; pace: Pace; limits: Limits; ownPace?: true | undefined }[];
  shards: number;
  onPause: Policy;
  onLag: Policy;
  /** The sink forgets what is not renewed: it is written to at least so often (ms), paused or not. Absent: it forgets nothing. */
  keepMs?: number | undefined;
  /**
   * Its parts are brought level before it rests: `end`, when it is stopped (it has several writers); `rest`, when it is paused, too (events of one
   * stream refer to another one's). Absent: there is nothing to level, or the job began before there was such a thing.
   */
  level?: 'end' | 'rest' | undefined;
  /** Of a run that is repeated: what its operators and outages did to it. Begins with the start, at `startUs`; absent: nothing has happened yet. */
  timeline?: Entry[] | undefined;
}

/** A plan whose run and seed are fixed, as the first workflow task does. */
export interface NamedPlan extends Plan {
  run: string;
  seed: number;
}

/** A plan whose start is fixed, too: together with the timeline it determines every byte. */
export interface FixedPlan extends NamedPlan {
  startUs: number;
}

/** The unit that has one writer: shard `shard` of `plan.shards` writes the batches with `b mod shards = shard` of stream number `stream`. */
export interface Part {
  stream: number;
  shard: number;
}

export interface SettleArgs {
  plan: NamedPlan;
  part: Part;
  generation: number;
  /** What the ledger knows. Less than that in the sink is lost progress. */
  next: number;
  totals: Totals;
  /** Only the first settle of a run creates folders, record and anchor. */
  fresh: boolean;
  /** Identity of the data directory this job writes to; null until the first settle has answered. */
  home: string | null;
}

export interface SettleAnswer {
  why: 'settled' | 'superseded' | 'lost';
  next: number;
  totals: Totals;
  home: string;
  /** Batches of the part from `next` on that the sink has begun: some of their events may have left, so their instants stay. */
  begun?: number;
  /** One sentence for people when `why` is `lost`. */
  detail?: string;
}

export interface EmitArgs {
  plan: FixedPlan;
  part: Part;
  generation: number;
  /** First batch to make, as the ledger knows it: less than that in the sink is lost progress. */
  from: number;
  /** First batch not to make. */
  until: number;
  /** How long one emit may go on, wall ms: then it returns with what it has made (`span`). */
  spanMs: number;
  totals: Totals;
  /** The timeline of all streams. */
  timeline: Entry[];
  /** Batches due after this wall instant (µs) may be called lagging; null: never (`on_lag: catch_up`). */
  lagAfterUs: number | null;
  /** Batches due before this wall instant (µs), the start of the job, are backfill: nobody could have been on time, so they count no lateness. */
  lateFromUs: number;
  home: string;
}

export interface Place {
  next: number;
  totals: Totals;
}

/** The receipt of an emit. `span`: the time given to one emit is over, there is more to do. */
export interface Receipt extends Place {
  why: 'done' | 'span' | 'cancelled' | 'lagging' | 'superseded' | 'lost';
  detail?: string;
}

export interface PublishArgs {
  plan: FixedPlan;
  timeline: Entry[];
  generation: number;
  state: JobState;
  startedAtMs: number;
  finishedAtMs: number | null;
  pausedMs: number;
  skipped: Status['skipped'];
  journal: JournalEntry[];
  parts: (Part & Place)[];
  /** Null: not known any more. */
  home: string | null;
}

export interface CleanArgs {
  plan: NamedPlan;
  generation: number;
  /** Null: everything. */
  mode: string | null;
  /** Null: not known any more. */
  home: string | null;
}

/** Numbers only: what was deleted is listed beside the manifest (`src/spec/clean-report.ts`). */
export interface CleanAnswer {
  deleted: number;
  skipped: number;
  errors: number;
  /** The run's own data was deleted: the job is over. */
  over: boolean;
}

export interface Activities {
  settle(args: SettleArgs): Promise<SettleAnswer>;
  emit(args: EmitArgs): Promise<Receipt>;
  /** Writes `manifest.json`: after the first settle, after each change of the timeline, at the end. */
  publish(args: PublishArgs): Promise<void>;
  /** Deletes the data of a job that is paused or has ended. May be repeated at any step. */
  clean(args: CleanArgs): Promise<CleanAnswer>;
}

/** Type of a non-retryable failure by which a sink says that an operator must act; the job pauses with its message. */
export const SINK_REJECTED = 'SinkRejected';
/** Type of a non-retryable failure for a plan that cannot be parsed. */
export const INVALID_JOB = 'InvalidJob';

/** Answer of the query `status` and result of the workflow: everything the facade needs besides heartbeats. */
export interface Status {
  plan: Plan;
  state: JobState;
  /** A pause or change has been asked for and the writers have not all answered yet. */
  settling: boolean;
  /** Why the job is paused or failed, and what to do; null when an operator asked for it. */
  reason: string | null;
  startedAtMs: number;
  finishedAtMs: number | null;
  pausedAtMs: number | null;
  /** Time spent paused before the current pause. */
  pausedMs: number;
  timeline: Entry[];
  parts: (Part & Place)[];
  /** Instants passed over by `skip`, in events and batches, per stream. */
  skipped: { batches: number; events: number }[];
  generation: number;
  /** Identity of the data directory it writes to; null until the first settle has answered. */
  home: string | null;
  /** An operator, or a sink that needs one, holds the job. */
  held: boolean;
  /** The stack was stopped as planned: not an operator's pause. */
  standby: boolean;
  /** Newest last; the oldest are dropped when there are many. */
  journal: JournalEntry[];
}
