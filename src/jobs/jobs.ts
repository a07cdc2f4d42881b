/** What the facade and the command line may do with jobs; `temporal-jobs.ts` does it through Temporal. */
import type { JobState, Plan, Status } from '../../workflows/messages';
import type { Pace } from '../../workflows/schedule';
import type { Readiness } from './readiness';

/** What is known of one run at one moment. */
export interface Snapshot {
  /** Merged: per part the furthest place that the query, a heartbeat or an earlier look has shown. */
  status: Status;
  /** `away`: nobody answered for the job, the figures are the last that were seen. Always `here` for a run that has ended. */
  worker: 'here' | 'away';
  /** What is being retried, if anything. */
  lastError: string | null;
  /** Temporal's id of the execution, for links; null when Temporal has forgotten the run and its manifest has answered. */
  execution: string | null;
}

/** A job in a list. */
export interface Listed {
  id: string;
  run: string | null;
  scenario: string;
  sink: string;
  state: JobState;
  startedAtMs: number;
  finishedAtMs: number | null;
}

export interface ListQuery {
  state?: JobState;
  scenario?: string;
  /** 1 … 1000 */
  limit: number;
  pageToken?: string;
}

export interface Page {
  jobs: Listed[];
  nextPageToken: string | null;
}

/** Every call answers or throws within 3 s. All throw `TemporalAway`. */
export interface Jobs {
  /**
   * Starts a run. While a run of the same id and the same specification is active, answers that one with `started: false`.
   * @param options `paused`: it begins paused, nothing is made before a resume
   * @throws JobActive when a run of another specification is active; that one is left alone
   */
  start(plan: Plan, options?: { paused?: boolean }): Promise<{ started: boolean; snapshot: Snapshot }>;
  /**
   * The newest run of a job, or an older one by name.
   * @throws NoSuchJob
   */
  get(id: string, run?: string): Promise<Snapshot>;
  /** The same for display, nothing else: who asks all the time is shown the last answer, at most a second old, while a look takes long. */
  show(id: string, run?: string): Promise<Snapshot>;
  list(query: ListQuery): Promise<Page>;
  /**
   * The runs of a job, newest first, also those that Temporal has forgotten but whose manifests are kept.
   * @throws NoSuchJob
   */
  runs(id: string): Promise<Listed[]>;
  /**
   * Harmless when it is paused already. Answers when the effect shows, after 1 s at the latest.
   * @param by who asks, for the timeline: `http`, `cli`
   * @throws NoSuchJob, JobEnded
   */
  pause(id: string, by: string): Promise<Snapshot>;
  /** As `pause`. */
  resume(id: string, by: string): Promise<Snapshot>;
  /** As `pause`; a job that has ended is answered as it is. */
  stop(id: string, by: string): Promise<Snapshot>;
  /**
   * Deletes the data of a paused job, which then is over, or of one that has ended; one that was cleaned is answered as it is.
   * Answers after `waitMs` at the latest (default: 1 s), with what the job is then.
   * @throws NoSuchJob, NotPaused
   */
  clean(id: string, by: string, options?: { mode?: string | undefined; waitMs?: number }): Promise<Snapshot>;
  /**
   * As `pause`; of a paused job the new pace is in force when it goes on.
   * @param pacesFor one pace a stream for the job as it is; what it throws is thrown before anything is said to the job
   */
  setPace(id: string, pacesFor: (plan: Plan) => Pace[], by: string): Promise<Snapshot>;
  /** Never throws. A worker that was killed is missing within seconds. */
  ready(): Promise<Readiness>;
}

export const ended = ({ state }: { state: JobState }): boolean =>
  state === 'completed' || state === 'stopped' || state === 'failed' || state === 'cleaned';

/** Temporal did not answer in time: nothing is known, and what was asked for may or may not have happened. */
export class TemporalAway extends Error {
  readonly code = 'TEMPORAL_AWAY';
}

export class NoSuchJob extends Error {
  readonly code = 'NO_SUCH_JOB';
  constructor(
    readonly id: string,
    run?: string,
  ) {
    super(run === undefined ? `there is no job ${id}` : `job ${id} has no run ${run}`);
  }
}

/** Another specification is running under this id. */
export class JobActive extends Error {
  readonly code = 'JOB_ACTIVE';
  constructor(readonly snapshot: Snapshot) {
    super(`job ${snapshot.status.plan.job} is ${snapshot.status.state} with another specification: stop it first, or choose another id`);
  }
}

/** Only the data of a paused or ended job can be deleted. */
export class NotPaused extends Error {
  readonly code = 'NOT_PAUSED';
  constructor(readonly snapshot: Snapshot) {
    super(`job ${snapshot.status.plan.job} is ${snapshot.status.state}: pause or stop it before its data is deleted`);
  }
}

/** Its data could not be deleted as long as somebody does not act: what the sink said. */
export class NotCleaned extends Error {
  readonly code = 'NOT_CLEANED';
  constructor(job: string, reason: string) {
    super(`job ${job} is not cleaned: ${reason}`);
  }
}

export class JobEnded extends Error {
  readonly code = 'JOB_ENDED';
  constructor(readonly snapshot: Snapshot) {
    super(`job ${snapshot.status.plan.job} has ended: it is ${snapshot.status.state}`);
  }
}
