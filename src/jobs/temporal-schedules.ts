/** Schedules as Temporal Schedules: they live in the server, survive restarts of anything, and need no process of ours to fire. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ScheduleAlreadyRunning,
  ScheduleClient,
  ScheduleNotFoundError,
  type Connection,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import { WORKFLOW_TYPE, type Plan } from '../../workflows/messages';
import { microseconds } from '../spec/pace';
import { refusal } from '../spec/failures';
import { withinDeadline } from './deadline';
import { NoSuchSchedule, ScheduleBusy, ScheduleExists, type Schedule, type Schedules, type ScheduleSnapshot } from './schedules';
import { runOptions } from './start-options';

export interface TemporalSchedulesOptions {
  /** Lazy: a server that is away shows in each call. */
  connection: Connection;
  namespace: string;
  /** Called before a schedule is made or changed; whether its jobs may carry search attributes. */
  prepare: () => Promise<{ searchAttributes: boolean }>;
  /** Throws `UserError` where the runs could not be carried out here. Asked of a schedule that is or becomes enabled, and before a trigger. */
  admit: (spec: unknown) => void;
}

/** A server that was away at the time starts a missed run when it is back within this time; Temporal's own minimum. */
const CATCH_UP = '10s';
/** How long a caller waits to see the run that was triggered. */
const EFFECT_MS = 1000;

export function temporalSchedules({ connection, namespace, prepare, admit }: TemporalSchedulesOptions): Schedules {
  const client = new ScheduleClient({ connection, namespace });
  const call = <T>(id: string, act: () => Promise<T>): Promise<T> =>
    withinDeadline(connection, act).catch((failure: unknown) => {
      throw inOurTerms(failure, id);
    });
  const describe = (id: string) => call(id, () => client.getHandle(id).describe());

  async function get(id: string): Promise<ScheduleSnapshot> {
    const snapshot = snapshotOf(await describe(id));
    if (snapshot === null) throw new NoSuchSchedule(id);
    return snapshot;
  }

  async function options(schedule: Schedule) {
    if (schedule.enabled) admit(schedule.plan.spec);
    return optionsOf(schedule, (await withinDeadline(connection, prepare)).searchAttributes);
  }

  return {
    get,
    async list() {
      const ids = await call('', async () => {
        const ids: string[] = [];
        for await (const { scheduleId } of client.list()) ids.push(scheduleId);
        return ids.sort();
      });
      const all = await Promise.all(ids.map((id) => get(id).catch(unlessGone)));
      return all.flatMap((schedule) => schedule ?? []);
    },
    async create(schedule) {
      const made = await options(schedule);
      await call(schedule.id, () => client.create(made));
      return get(schedule.id);
    },
    async change(id, changed) {
      const made = await options(changed(await get(id)));
      await call(id, () => client.getHandle(id).update(() => made));
      return get(id);
    },
    async trigger(id) {
      const before = await get(id);
      admit(before.plan.spec);
      if (before.running) throw new ScheduleBusy(before);
      await call(id, () => client.getHandle(id).trigger('SKIP'));
      const deadline = performance.now() + EFFECT_MS;
      for (;;) {
        const now = await get(id);
        if (now.lastRun?.job !== before.lastRun?.job || performance.now() >= deadline) return now;
        await sleep(25);
      }
    },
    async remove(id) {
      const before = await get(id);
      await call(id, () => client.getHandle(id).delete());
      return before;
    },
  };
}

/** What is kept beside the plan in the memo of each run, to be read back: Temporal turns a cron expression into something else. */
type Kept = Pick<Schedule, 'timing' | 'timeZone' | 'settings'>;

function optionsOf({ id, enabled, timing, timeZone, plan, settings }: Schedule, searchAttributes: boolean) {
  const run = runOptions(plan, searchAttributes);
  const schedule: Kept = { timing, timeZone, settings };
  return {
    scheduleId: id,
    spec: {
      ...(timing.cron === undefined ? { intervals: [{ every: microseconds(timing.every) / 1000 }] } : { cronExpressions: [timing.cron] }),
      timezone: timeZone,
    },
    action: { type: 'startWorkflow', workflowType: WORKFLOW_TYPE, ...run, memo: { ...run.memo, schedule } },
    policies: { overlap: 'SKIP', catchupWindow: CATCH_UP },
    state: { paused: !enabled },
  } satisfies ScheduleOptions;
}

/** Null for a schedule that is not one of ours. */
function snapshotOf({ scheduleId, action, state, info }: ScheduleDescription): ScheduleSnapshot | null {
  // The boundary: the memo was written by `optionsOf`.
  const { plan, schedule } = (action.memo ?? {}) as { plan?: Plan; schedule?: Kept };
  if (action.workflowType !== WORKFLOW_TYPE || plan === undefined || schedule === undefined) return null;
  const last = info.recentActions.at(-1);
  return {
    id: scheduleId,
    enabled: !state.paused,
    ...schedule,
    plan,
    nextRunAtMs: state.paused ? null : (info.nextActionTimes[0]?.getTime() ?? null),
    lastRun: last === undefined ? null : { job: last.action.workflow.workflowId, atMs: last.scheduledAt.getTime() },
    running: info.runningActions.length > 0,
  };
}

function inOurTerms(failure: unknown, id: string): unknown {
  if (failure instanceof ScheduleNotFoundError) return new NoSuchSchedule(id);
  if (failure instanceof ScheduleAlreadyRunning) return new ScheduleExists(id);
  // So the client says that the server has called an argument invalid.
  if (failure instanceof TypeError) return refusal('the schedule', [{ path: '', message: `is refused by Temporal: ${failure.message}` }]);
  return failure;
}

/** One that was removed, or that is somebody else's. */
function unlessGone(failure: unknown): undefined {
  if (!(failure instanceof NoSuchSchedule)) throw failure;
}
