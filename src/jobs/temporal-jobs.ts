/** Jobs through Temporal: the one place that starts, signals and reads workflows. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Connection } from '@temporalio/client';
import { SIGNALS, WORKFLOW_TYPE, type Plan, type Request, type Status } from '../../workflows/messages';
import { Coalesced } from './coalesce';
import { withinDeadline } from './deadline';
import { cleanEnded } from './clean';
import { ended, JobActive, JobEnded, NoSuchJob, NotPaused, type Jobs, type Listed, type ListQuery, type Snapshot } from './jobs';
import { listWithKept, memoryOf } from './kept-list';
import { KeptRuns } from './kept-runs';
import { executionOf, listedAs, listJobs, newestFirst, runsOf } from './list';
import { Reader } from './reader';
import { readiness, type Readiness } from './readiness';
import { sameSpec } from './same-spec';
import { runOptions, startOptions } from './start-options';

export interface TemporalJobsOptions {
  /** Lazy: a server that is away shows in each call. */
  connection: Connection;
  namespace: string;
  /** Called before a start with the plan's specification. @throws UserError for one that cannot be carried out here */
  admit?: (spec: unknown) => void;
  /** Called before a start; whether jobs may carry search attributes. May throw while the server is away. */
  prepare?: () => Promise<{ searchAttributes: boolean }>;
  /** Where manifests are kept, for runs that Temporal has forgotten; null: nowhere. */
  dataDir?: string | null;
}

const LOOK_MS = 200;
/** Of what a status shows while Temporal or the worker is too busy for a look. */
const STALE_MS = 1000;
/** How long a caller waits to see the effect of what he asked for. */
const EFFECT_MS = 1000;

export function temporalJobs({
  connection,
  namespace,
  admit = () => undefined,
  prepare = () => Promise.resolve({ searchAttributes: true }),
  dataDir = null,
}: TemporalJobsOptions): Jobs {
  const client = new Client({ connection, namespace });
  const reader = new Reader(connection, client, namespace);
  const looks = new Coalesced<Snapshot>(LOOK_MS, STALE_MS);
  const looksAtWorkers = new Coalesced<Readiness>(LOOK_MS);
  const kept = dataDir === null ? null : new KeptRuns(dataDir);
  const look = (id: string, how: 'get' | 'soon' = 'get') => looks[how](id, () => reader.look(id)).then(asKept);
  const lookAgain = (id: string) => looks.fresh(id, () => reader.look(id)).then(asKept);

  /** A workflow that has ended cannot say that its data was deleted since; the manifest does. */
  async function asKept(snapshot: Snapshot): Promise<Snapshot> {
    const { status } = snapshot;
    if (kept === null || !ended(status) || status.plan.run === null) return snapshot;
    return (await kept.cleaned(status.plan.job, status.plan.run)) ? { ...snapshot, status: { ...status, state: 'cleaned' } } : snapshot;
  }

  /** The same of rows: the attribute in Temporal's list is that of the run's end. */
  const rowsAsKept = (rows: readonly Listed[]): Promise<Listed[]> =>
    Promise.all(
      rows.map(async (row) => {
        if (kept === null || !ended(row) || row.run === null || row.state === 'cleaned') return row;
        return (await kept.cleaned(row.id, row.run)) ? { ...row, state: 'cleaned' as const } : row;
      }),
    );

  /** Looks until the effect shows or the time is over; then answers what there is. */
  async function until(id: string, shows: (status: Status) => boolean, withinMs = EFFECT_MS): Promise<Snapshot> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const snapshot = await lookAgain(id);
      if (shows(snapshot.status) || snapshot.worker === 'away' || performance.now() >= deadline) return snapshot;
      await sleep(25);
    }
  }

  /** A run by its manifest. @throws NoSuchJob */
  async function remembered(id: string, run?: string): Promise<Snapshot> {
    const status = (await kept?.status(id, run)) ?? null;
    if (status === null) throw new NoSuchJob(id, run);
    return { status, worker: 'here', lastError: null, execution: null };
  }

  /** The newest run. @throws NoSuchJob */
  async function newest(id: string, how: 'get' | 'soon' = 'get'): Promise<Snapshot> {
    try {
      return await look(id, how);
    } catch (failure) {
      if (!(failure instanceof NoSuchJob)) throw failure;
      return remembered(id);
    }
  }

  async function runOf(id: string, run: string | undefined, how: 'get' | 'soon'): Promise<Snapshot> {
    const latest = await newest(id, how);
    if (run === undefined || latest.status.plan.run === run) return latest;
    const execution = await executionOf(connection, namespace, id, run);
    if (execution === undefined) return remembered(id, run);
    return asKept(await looks[how](`${id} ${execution}`, () => reader.look(id, execution)));
  }

  async function say(
    id: string,
    signal: string,
    by: string,
    shows: (status: Status, before: Status) => boolean,
    more: (plan: Plan) => object = () => ({}),
    withinMs = EFFECT_MS,
  ): Promise<Snapshot> {
    const before = await newest(id);
    if (ended(before.status)) return before.execution === null ? before : lookAgain(id);
    const request: Request = { request: randomUUID(), by, ...more(before.status.plan) };
    try {
      await withinDeadline(connection, () => client.workflow.getHandle(id).signal(signal, request));
    } catch (failure) {
      // It has ended between the look and the signal.
      if (!(failure instanceof WorkflowNotFoundError)) throw failure;
    }
    return until(id, (status) => shows(status, before.status) || ended(status), withinMs);
  }

  const sayToActive: typeof say = async (...saying) => {
    const snapshot = await say(...saying);
    if (ended(snapshot.status)) throw new JobEnded(snapshot);
    return snapshot;
  };

  function begin(plan: Plan, searchAttributes: boolean, paused: boolean): Promise<unknown> {
    if (!paused) return client.workflow.start(WORKFLOW_TYPE, startOptions(plan, searchAttributes));
    // A run that is active meanwhile gets the signal in place of a refusal: it was started, or resumed, by somebody else, and is not to be paused.
    const request: Request = { request: randomUUID(), by: 'up', ...(plan.run === null ? {} : { run: plan.run }) };
    return client.workflow.signalWithStart(WORKFLOW_TYPE, {
      ...runOptions(plan, searchAttributes),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      signal: SIGNALS.pause,
      signalArgs: [request],
    });
  }

  return {
    async start(plan, { paused = false } = {}) {
      admit(plan.spec);
      const { searchAttributes } = await withinDeadline(connection, prepare);
      try {
        await withinDeadline(connection, () => begin(plan, searchAttributes, paused));
      } catch (failure) {
        if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
        const snapshot = await lookAgain(plan.job);
        if (!sameSpec(snapshot.status.plan, plan)) throw new JobActive(snapshot);
        return { started: false, snapshot };
      }
      // The first settle fixes the start; a caller wants the instants that follow from it.
      const snapshot = await until(plan.job, ({ timeline }) => timeline.length > 0);
      const started = !paused || snapshot.status.plan.run === plan.run;
      if (!started && !ended(snapshot.status) && !sameSpec(snapshot.status.plan, plan)) throw new JobActive(snapshot);
      return { started, snapshot };
    },
    get: (id, run) => runOf(id, run, 'get'),
    show: (id, run) => runOf(id, run, 'soon'),
    list(query) {
      const listing = { connection, namespace, cleaned: async (job: string, run: string) => (await kept?.cleaned(job, run)) ?? false };
      const told = (asked: ListQuery) => listJobs(listing, asked);
      return kept === null ? told(query) : listWithKept(told, memoryOf(connection, namespace), kept, query);
    },
    async runs(id) {
      const latest = await newest(id);
      const told = [
        listedAs(latest.status),
        ...(latest.execution === null ? [] : await rowsAsKept(await runsOf(connection, namespace, id))),
      ];
      const forgotten = await Promise.all(
        ((await kept?.names(id)) ?? []).map((name) => (told.some(({ run }) => run === name) ? null : (kept?.status(id, name) ?? null))),
      );
      return newestFirst([...told, ...forgotten.flatMap((status) => (status === null ? [] : [listedAs(status)]))]);
    },
    pause: (id, by) => sayToActive(id, SIGNALS.pause, by, ({ state, settling }) => state === 'paused' && !settling),
    resume: (id, by) => sayToActive(id, SIGNALS.resume, by, ({ state }) => state === 'running'),
    setPace: (id, pacesFor, by) => sayToActive(id, SIGNALS.setPace, by, paceShows, (plan) => ({ paces: pacesFor(plan) })),
    stop: (id, by) => say(id, SIGNALS.stop, by, ({ state }) => state === 'stopping'),
    async clean(id, by, { mode, waitMs = EFFECT_MS } = {}) {
      const before = await newest(id);
      const { status } = before;
      if (status.state === 'cleaned') return before;
      if (ended(status)) {
        await cleanEnded(connection, client, status, mode, waitMs);
        return before.execution === null ? remembered(id, status.plan.run ?? undefined) : lookAgain(id);
      }
      if (status.state !== 'paused') throw new NotPaused(before);
      return say(id, SIGNALS.clean, by, cleanShows, () => (mode === undefined ? {} : { mode }), waitMs);
    },
    ready: () => looksAtWorkers.get('', () => readiness(connection, namespace)),
  };
}

/** Over, or, of another mode's data, done or given up: noted once when it was asked for, and once again then. */
function cleanShows(status: Status, before: Status): boolean {
  const noted = (of: Status) => of.journal.filter(({ action }) => action === 'clean').length;
  return noted(status) >= noted(before) + 2 && !status.settling;
}

/** In force, or, of a paused job, heard: it is in force when the job goes on. */
function paceShows(status: Status, before: Status): boolean {
  const heard = (of: Status) => of.journal.findLast(({ action, from }) => action === 'pace' && from === null)?.atMs ?? 0;
  if (status.state === 'paused') return heard(status) > heard(before);
  return status.timeline.slice(before.timeline.length).some(({ cause }) => cause === 'pace');
}
