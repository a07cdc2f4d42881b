/** Schedules: jobs that begin again and again. `temporal-schedules.ts` does it through Temporal, whose server remembers and starts them. */
import type { Plan } from '../../workflows/messages';
import type { Timing } from '../spec/schedule';

export interface Schedule {
  /** The runs are jobs whose ids begin with it: `nightly-2026-01-05T23:10:00Z`. */
  id: string;
  enabled: boolean;
  timing: Timing;
  /** IANA name, for `cron`. */
  timeZone: string;
  /** Of each run, without a run and without a start: these come from the schedule. */
  plan: Plan;
  /** What its owner keeps with it; not looked at here. */
  settings: Readonly<Record<string, unknown>>;
}

/** A schedule as it stands. */
export interface ScheduleSnapshot extends Schedule {
  /** Null when it is not enabled, or never again. */
  nextRunAtMs: number | null;
  lastRun: { job: string; atMs: number } | null;
  /** A run is going on: the next one is left out if it still is then. */
  running: boolean;
}

/** Every call answers or throws within 3 s. All throw `TemporalAway`; those with an id `NoSuchSchedule`. What is answered by `list` may trail by a moment. */
export interface Schedules {
  list(): Promise<ScheduleSnapshot[]>;
  get(id: string): Promise<ScheduleSnapshot>;
  /** @throws ScheduleExists; UserError when the server refuses the timing */
  create(schedule: Schedule): Promise<ScheduleSnapshot>;
  /** Valid from the next run on. @throws UserError when the server refuses the timing; what `changed` throws */
  change(id: string, changed: (before: ScheduleSnapshot) => Schedule): Promise<ScheduleSnapshot>;
  /** Starts a run now, enabled or not. @throws ScheduleBusy while one is going on */
  trigger(id: string): Promise<ScheduleSnapshot>;
  /** Its runs stay. @returns how it was */
  remove(id: string): Promise<ScheduleSnapshot>;
}

export class NoSuchSchedule extends Error {
  readonly code = 'NO_SUCH_SCHEDULE';
  constructor(readonly id: string) {
    super(`there is no schedule ${id}`);
  }
}

export class ScheduleExists extends Error {
  readonly code = 'SCHEDULE_EXISTS';
  constructor(id: string) {
    super(`there is a schedule ${id} already: change it, or remove it first`);
  }
}

export class ScheduleBusy extends Error {
  readonly code = 'SCHEDULE_BUSY';
  constructor({ id, lastRun }: ScheduleSnapshot) {
    super(`a run of schedule ${id} is going on${lastRun === null ? '' : ` (job ${lastRun.job})`}: its runs never overlap`);
  }
}
