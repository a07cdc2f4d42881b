/** The fleet generator as its users know it: health, pause, resume, clean, logs. One job, `fleet`, whose configuration is a file. */
import { z } from 'zod';
import type { Plan } from '../../workflows/messages';
import { ended, JobActive, JobEnded, NotPaused, type Snapshot } from '../jobs/jobs';
import { FLEET_JOB, fleetRun, type FleetSource } from '../jobs/fleet';
import { resumeFleet } from '../jobs/fleet-resume';
import { jobBodyOf } from '../jobs/job-body';
import { STATE_FILE, type FleetState } from '../jobs/lifecycle';
import { logLevels, type LogEntry, type LogLevel } from '../sinks/folders';
import { cleanReport, type CleanReport } from '../spec/clean-report';
import type { ApiDeps } from './deps';
import { cleanedExample, fleetHealthExample } from './examples';
import { defineRoute, type Answer, type Route } from './route';

const BY = 'http';

type Mode = 'production' | 'emulated';

/** What the router needs besides jobs. */
export interface FleetSite {
  /** The configuration as it is now. @throws UserError */
  config(): FleetSource & { mode: Mode };
  /** Keeps the state beside the data, for people. */
  record(state: FleetState, runId: string | null): Promise<void>;
  /** What is beside the data: the last clean of this run, and what one would delete. */
  cleaned(plan: Plan): Promise<CleanReport | null>;
  survey(plan: Plan, mode: Mode | undefined): Promise<CleanReport>;
  /** The newest log entries, newest last; `level`: that one or worse. */
  logs(query: { limit: number; level: LogLevel }): Promise<{ entries: LogEntry[]; total: number }>;
  /** Whether the companies that were recorded are there: none have been taken away by hand. */
  whole(): Promise<boolean>;
  /** Batches that the runs before this one have left there, by stream. */
  earlier(run: { job: string; run: string; streams: readonly string[] }): Promise<Readonly<Record<string, number>>>;
}

const count = z.int().min(0);
const states = z.enum(['running', 'paused', 'cleaned', 'stopped']);

const generator = z.strictObject({
  total_batches: count.describe('As batch_manifest.json counts: those of earlier runs (before a change of the configuration) included.'),
  last_batch_time: z.iso.datetime().nullable(),
  idle_seconds: z.number().min(0).nullable().describe('Since the last batch.'),
});

const health = z.strictObject({
  status: states,
  generation_mode: z.enum(['production', 'emulated']),
  uptime_seconds: z.number().min(0).describe('Of the run, pauses included.'),
  uptime_hours: z.number().min(0),
  company_generator: generator,
  driver_generator: generator,
  lifecycle: z.strictObject({ state: states, state_file: z.string() }),
  run_id: z.string().nullable(),
});

const said = z.strictObject({ success: z.boolean(), message: z.string(), status: states });
const cleaned = z.strictObject({ ...said.shape, ...cleanReport.shape });

const cleanQuery = z.strictObject({
  dry_run: z.enum(['true', 'false']).default('false').describe('true: say what would be deleted, in any state.'),
  mode: z.enum(['production', 'emulated']).optional().describe('Only the batches of this mode.'),
});

/** All of a clean is said in the query: a body that says something would be a dry run that deletes. */
const cleanBody = z
  .strictObject({}, { error: 'must be empty: dry_run and mode go into the query, such as ?dry_run=true; nothing was deleted' })
  .describe('Nothing, or {}: dry_run and mode are parameters of the query.');

const logsQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, { error: 'must be a whole number from 1 to 1000' })
    .default('100')
    .transform(Number),
  level: z.enum(logLevels).default('debug').describe('That level or worse.'),
});
const logs = z.strictObject({
  entries: z
    .array(
      z.strictObject({
        timestamp: z.iso.datetime(),
        component: z.string(),
        run_id: z.string().nullable(),
        level: z.enum(logLevels),
        message: z.string(),
        metadata: z.record(z.string(), z.unknown()),
      }),
    )
    .describe('The newest ones, newest last.'),
  total: count.describe('All that match.'),
});
const NOTHING: CleanReport = { deleted_items: [], deleted_count: 0, skipped_items: [], errors: [] };
/** Thousands of folders take a while. */
const CLEAN_MS = 25_000;

export function fleetRoutes({ jobs, surroundings, version, now, fleet }: ApiDeps): Route[] {
  const stateOf = (snapshot: Snapshot | null): FleetState => {
    if (snapshot === null) return 'stopped';
    const { state } = snapshot.status;
    if (state === 'paused' || state === 'cleaned') return state;
    return ended(snapshot.status) ? 'stopped' : 'running';
  };

  /** Answers in the words of the generator that this one stands for, and keeps the state beside the data. */
  const answer = async (status: number, snapshot: Snapshot | null, message: string): Promise<Answer> => {
    const state = stateOf(snapshot);
    await fleet.record(state, snapshot?.status.plan.run ?? null);
    return { status, body: { success: status === 200, message, status: state } };
  };

  /** Somebody else was quicker between the look and the change: that is told in the same words. */
  const unlessMoved = async (act: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await act();
    } catch (failure) {
      if (!(failure instanceof JobEnded || failure instanceof JobActive || failure instanceof NotPaused)) throw failure;
      return answer(409, failure.snapshot, `Generator is ${stateOf(failure.snapshot)} meanwhile: try again`);
    }
  };

  const earlierThan = async ({ status: { plan } }: Snapshot): Promise<Readonly<Record<string, number>>> =>
    plan.run === null ? {} : fleet.earlier({ job: plan.job, run: plan.run, streams: plan.streams.map(({ name }) => name) });

  const healthNow = async (): Promise<Answer> => {
    const snapshot = await fleetRun(jobs);
    const state = stateOf(snapshot);
    const runId = snapshot?.status.plan.run ?? null;
    await fleet.record(state, runId);
    const at = now().getTime();
    const uptime = snapshot === null ? 0 : Math.max(0, (snapshot.status.finishedAtMs ?? at) - snapshot.status.startedAtMs) / 1000;
    // What a run has made that was cleaned is not there any more.
    const streams = snapshot === null || state === 'cleaned' ? {} : jobBodyOf(snapshot, surroundings, at).streams;
    const earlier = snapshot === null ? {} : await earlierThan(snapshot);
    const generatorOf = (name: string): z.output<typeof generator> => {
      const stream = streams[name];
      const last = stream?.last_batch_at ?? null;
      return {
        total_batches: (earlier[name] ?? 0) + (stream?.batches ?? 0),
        last_batch_time: last,
        idle_seconds: last === null ? null : thousandths(Math.max(0, at - Date.parse(last)) / 1000),
      };
    };
    const body: z.output<typeof health> = {
      status: state,
      generation_mode: snapshot === null ? fleet.config().mode : modeOf(snapshot),
      uptime_seconds: thousandths(uptime),
      uptime_hours: thousandths(uptime / 3600),
      company_generator: generatorOf('companies'),
      driver_generator: generatorOf('drivers'),
      lifecycle: { state, state_file: STATE_FILE },
      run_id: runId,
    };
    return { status: 200, body };
  };

  const pause = async (): Promise<Answer> => {
    const before = await fleetRun(jobs);
    if (before === null || ended(before.status)) return answer(409, before, `Generator is ${stateOf(before)}: there is nothing to pause`);
    if (before.status.state === 'paused' && before.status.held) return answer(200, before, 'Generator is already paused');
    return unlessMoved(async () => {
      const after = await jobs.pause(FLEET_JOB, BY);
      // A run that ends takes no pause any more, and the one that may follow it has not heard of this one.
      if (after.status.state === 'stopping') return answer(409, after, 'Generator is ending its run: pause it when that has ended');
      return answer(200, after, 'Generator paused successfully');
    });
  };

  const resume = (): Promise<Answer> =>
    unlessMoved(async () => {
      const { snapshot, how } = await resumeFleet(
        { jobs, version, now },
        () => fleet.config(),
        async () => !(await fleet.whole()),
        BY,
      );
      switch (how) {
        case 'resumed':
          return answer(200, snapshot, 'Generator resumed successfully');
        case 'running':
          return answer(200, snapshot, 'Generator is already running');
        case 'cleaning':
          return answer(409, snapshot, 'Generator is being cleaned: resume it when that has ended');
        case 'ending':
          return answer(409, snapshot, 'Generator is ending its run: resume it when that has ended');
        case 'held':
          return answer(
            409,
            snapshot,
            `Generator is still paused: ${snapshot.status.reason ?? 'somebody has paused it meanwhile, try again'}`,
          );
      }
    });

  const clean = async ({ query: { dry_run, mode } }: { query: z.output<typeof cleanQuery> }): Promise<Answer> => {
    const before = await fleetRun(jobs);
    if (before === null) return report(null, 'Nothing to clean', NOTHING);
    if (dry_run === 'true') {
      const survey = await fleet.survey(before.status.plan, mode);
      return report(before, `Dry run: nothing was deleted, ${items(survey)} would be`, survey);
    }
    if (!ended(before.status) && before.status.state !== 'paused') {
      return answer(409, before, `Generator is ${before.status.state}: pause it before its data is deleted`);
    }
    const already = before.status.state === 'cleaned' && mode === undefined;
    return unlessMoved(async () => {
      const after = await jobs.clean(FLEET_JOB, BY, { mode, waitMs: CLEAN_MS });
      // What was clean already had nothing left to delete.
      const done = already ? NOTHING : ((await fleet.cleaned(after.status.plan)) ?? NOTHING);
      return report(after, `Cleaned: ${items(done)} deleted`, done);
    });
  };

  const report = async (snapshot: Snapshot | null, message: string, done: CleanReport): Promise<Answer> => {
    const { status, body } = await answer(200, snapshot, message);
    return { status, body: { ...(body as z.output<typeof said>), ...done } };
  };

  const healthRoute = (path: string): Route =>
    defineRoute(
      {
        method: 'get',
        path,
        summary: 'State, mode and figures of the generator.',
        answers: { 200: { description: 'Figures.', body: health, example: fleetHealthExample } },
        problems: [503],
      },
      healthNow,
    );
  const change = (path: string, summary: string, message: string, state: FleetState, act: () => Promise<Answer>): Route =>
    defineRoute(
      {
        method: 'post',
        path,
        summary,
        answers: {
          200: { description: 'In force.', body: said, example: { success: true, message, status: state } },
          409: { description: 'Not in this state.', body: said },
        },
        problems: [503],
      },
      act,
    );

  return ['', '/api'].flatMap((prefix) => [
    healthRoute(`${prefix}/health`),
    healthRoute(`${prefix}/status`),
    change(`${prefix}/pause`, 'Pause; it stays paused across restarts.', 'Generator paused successfully', 'paused', pause),
    change(
      `${prefix}/resume`,
      'Go on; where nothing runs, start by the configuration.',
      'Generator resumed successfully',
      'running',
      resume,
    ),
    defineRoute(
      {
        method: 'post',
        path: `${prefix}/clean`,
        summary: 'Delete all data of the paused generator; what evergen did not write stays, and is named.',
        query: cleanQuery,
        body: cleanBody,
        answers: {
          200: { description: 'Deleted, or what would be.', body: cleaned, example: cleanedExample },
          409: { description: 'It is not paused: nothing was deleted.', body: said },
        },
        problems: [503],
      },
      clean,
    ),
    defineRoute(
      {
        method: 'get',
        path: `${prefix}/logs`,
        summary: 'What the generator logged.',
        query: logsQuery,
        answers: { 200: { description: 'Entries.', body: logs } },
      },
      async ({ query }) => ({ status: 200, body: await fleet.logs(query) }),
    ),
  ]);
}

const items = ({ deleted_count: n }: CleanReport): string => `${String(n)} item${n === 1 ? '' : 's'}`;
const thousandths = (n: number): number => Math.round(n * 1000) / 1000;

function modeOf({ status }: Snapshot): Mode {
  const { scenario } = status.plan.spec as { scenario?: { emulated_mode?: { enabled?: boolean } } };
  return scenario?.emulated_mode?.enabled === true ? 'emulated' : 'production';
}
