/** Crisis intake: one run at a time, under the job id `crisis-intake`. */
import { z } from 'zod';
import type { Plan } from '../../workflows/messages';
import { runName } from '../../workflows/naming';
import { ended, JobActive, NoSuchJob, type Jobs, type Snapshot } from '../jobs/jobs';
import { endsAtMs, estimatedEvents } from '../jobs/progress';
import { startOnce } from '../jobs/start-once';
import { formatDuration } from '../spec/durations';
import { formatInstant } from '../spec/instants';
import { parseJobSpec, seed } from '../spec/job-spec';
import { instant } from '../spec/pace';
import { planOf } from '../spec/plan';
import { sum } from '../../workflows/ledger';
import type { ApiDeps } from './deps';
import { figuresExample, generateExample, startedExample, stoppingExample } from './examples';
import { HttpError } from './problem';
import { defineRoute, type Route } from './route';

const JOB = 'crisis-intake';
const BY = 'http';

const count = z.int().min(0);

const generateBody = z.strictObject({
  duration_minutes: z.number().min(0).max(60).describe('How long to generate.'),
  rate_per_second: z.number().min(0).max(100).describe('Events per second.'),
  seed: seed.optional().describe('For the same events again.'),
  start: instant.optional().describe('Event time of the first event (RFC 3339), for the same events again; default: now.'),
});

const started = z.strictObject({
  status: z.literal('started'),
  duration_minutes: z.number(),
  rate_per_second: z.number(),
  estimated_events: count,
  end_time: z.iso.datetime(),
});

const figures = z.strictObject({
  is_running: z.boolean().describe('A paused run counts as running.'),
  start_time: z.iso.datetime().nullable(),
  end_time: z.iso.datetime().nullable(),
  events_generated: count,
  time_remaining_seconds: count,
  is_paused: z.boolean(),
  job_id: z.string(),
  run: z.string().nullable(),
  seed: count.nullable(),
});

const answered = z.strictObject({ status: z.string(), ...figures.shape });
const stopped = z.strictObject({ status: z.string(), events_generated: count });

export function crisisRoutes({ jobs, keys, version, now, crisisSink }: ApiDeps): Route[] {
  const generate = defineRoute(
    {
      method: 'post',
      path: '/generate',
      summary: 'Start a run.',
      body: generateBody,
      idempotent: true,
      example: generateExample,
      answers: { 200: { description: 'Started.', body: started, example: startedExample } },
      problems: [409, 503],
    },
    ({ body, key }) =>
      keys.once({ operation: 'crisis', key, input: body }, { run: runName(now()) }, async ({ names: { run }, again }) => {
        const plan = planFrom(body, crisisSink, version, run);
        const snapshot = await startedAlone(jobs, plan, again);
        const end = endsAtMs({ ...snapshot.status, finishedAtMs: null, pausedAtMs: null }, now().getTime());
        return {
          status: 200,
          body: {
            status: 'started',
            duration_minutes: body.duration_minutes,
            rate_per_second: body.rate_per_second,
            estimated_events: estimatedEvents(plan) ?? 0,
            end_time: formatInstant(Math.max(snapshot.status.startedAtMs, Math.round(end ?? 0))),
          },
        };
      }),
  );

  const status = defineRoute(
    {
      method: 'get',
      path: '/status',
      summary: 'Figures of the run in hand, or of the last one.',
      answers: { 200: { description: 'Figures.', body: figures, example: figuresExample } },
      problems: [503],
    },
    async () => ({ status: 200, body: await figuresNow(jobs, now) }),
  );

  const stop = defineRoute(
    {
      method: 'post',
      path: '/stop',
      summary: 'Stop the run; what was committed stays.',
      answers: { 200: { description: 'Stopping; of a run that has ended, how it ended.', body: stopped, example: stoppingExample } },
      problems: [409, 503],
    },
    async () => {
      const before = await begun(() => jobs.get(JOB));
      if (ended(before.status)) return { status: 200, body: { status: before.status.state, events_generated: emitted(before.status) } };
      const { status } = await begun(() => jobs.stop(JOB, BY));
      // A quick stop may be over by now: what this call has done is stop it. A run that came to its own end has not been stopped.
      const stopping = !ended(status) || status.state === 'stopped';
      return { status: 200, body: { status: stopping ? 'stopping' : status.state, events_generated: emitted(status) } };
    },
  );

  const change = (action: 'pause' | 'resume', summary: string) =>
    defineRoute(
      {
        method: 'post',
        path: `/${action}`,
        summary,
        answers: { 200: { description: 'In force.', body: answered, example: changedExample(action) } },
        problems: [409, 503],
      },
      async () => {
        const snapshot = await begun(() => jobs[action](JOB, BY));
        return { status: 200, body: { status: snapshot.status.state, ...figuresOf(snapshot, now()) } };
      },
    );

  return [
    generate,
    status,
    stop,
    change('pause', 'Pause the run; its remaining time stands still.'),
    change('resume', 'Go on with a paused run.'),
  ];
}

const changedExample = (action: 'pause' | 'resume') => ({
  status: action === 'pause' ? 'paused' : 'running',
  ...figuresExample,
  is_paused: action === 'pause',
});

function planFrom(body: z.output<typeof generateBody>, sink: ApiDeps['crisisSink'], version: string, run: string): Plan {
  const spec = parseJobSpec({
    id: JOB,
    scenario: 'crisis',
    sink,
    load: {
      pace: { rate: body.rate_per_second },
      for: formatDuration(Math.round(body.duration_minutes * 60e6)),
      ...(body.start === undefined ? {} : { start: body.start }),
    },
    ...(body.seed === undefined ? {} : { seed: body.seed }),
  });
  return planOf(spec, { job: JOB, run, version });
}

/** @throws HttpError 409 while a run is active, whatever its numbers */
async function startedAlone(jobs: Jobs, plan: Plan, again: boolean): Promise<Snapshot> {
  const refused = ({ status }: Snapshot) => new HttpError(409, `a run is ${status.state} already; stop it first (POST /stop)`);
  try {
    const { started, snapshot } = await startOnce(jobs, plan, again);
    if (started) return snapshot;
    throw refused(snapshot);
  } catch (failure) {
    throw failure instanceof JobActive ? refused(failure.snapshot) : failure;
  }
}

async function begun(act: () => Promise<Snapshot>): Promise<Snapshot> {
  try {
    return await act();
  } catch (failure) {
    if (failure instanceof NoSuchJob) throw new HttpError(409, 'nothing has been started yet (POST /generate)');
    throw failure;
  }
}

async function figuresNow(jobs: Jobs, now: () => Date): Promise<z.output<typeof figures>> {
  try {
    return figuresOf(await jobs.get(JOB), now());
  } catch (failure) {
    if (!(failure instanceof NoSuchJob)) throw failure;
    return {
      is_running: false,
      start_time: null,
      end_time: null,
      events_generated: 0,
      time_remaining_seconds: 0,
      is_paused: false,
      job_id: JOB,
      run: null,
      seed: null,
    };
  }
}

const emitted = ({ parts }: Snapshot['status']): number => sum(parts.map(({ totals }) => totals)).emitted;

function figuresOf({ status }: Snapshot, now: Date): z.output<typeof figures> {
  const running = !ended(status);
  const end = status.finishedAtMs ?? endsAtMs(status, now.getTime());
  // A schedule that lies in the past is made up for: the run itself began when it was asked for. One that ended before its schedule began
  // (no events at all, or stopped early) has no later start than its end.
  const begins = Math.min(Math.floor((status.plan.startUs ?? 0) / 1000), status.finishedAtMs ?? Infinity);
  const start = Math.max(status.startedAtMs, begins);
  const remaining = running && end !== null ? end - Math.max(now.getTime(), (status.plan.startUs ?? 0) / 1000) : 0;
  return {
    is_running: running,
    start_time: formatInstant(start),
    end_time: end === null ? null : formatInstant(Math.max(start, Math.round(end))),
    events_generated: emitted(status),
    time_remaining_seconds: Math.max(0, Math.ceil(remaining / 1000)),
    is_paused: status.state === 'paused',
    job_id: JOB,
    run: status.plan.run,
    seed: status.plan.seed,
  };
}
