/** Jobs of all shapes on a cluster under kills; then each is done again in peace, and both are held against each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { loadavg } from 'node:os';
import { workersAt } from '../../src/jobs/executions';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import type { Connection } from '@temporalio/client';
import { formatDuration } from '../../src/spec/durations';
import { describeMachine } from '../../bench/machine';
import { startCluster, type Cluster } from './cluster';
import { watchCommitted } from './committed';
import { disturbances } from './disturb';
import { judge } from './judge';
import { endOf, startJob, twinOf, type EndedJob, type RunningJob } from './jobs';
import type { Outcome } from './outcome';
import { outcomeOf } from './outcome';
import { planSteps, type Wishes } from './plan';
import type { Programs } from './programs';
import { bulk, paced } from './shapes';

export interface ChaosOptions {
  programs: Programs;
  /** Of the compiled evergen that is put to the test; the judge is this one's sources. */
  root: string;
  wishes: Omit<Wishes, 'jobs'>;
  variables: NodeJS.ProcessEnv;
  say(line: string): void;
  interrupted: AbortSignal;
}

/** Jobs begin together, when all have been accepted. */
const LEAD_MS = 5_000;
/** Longer than any recovery: a job that has not ended by then has lost its way. */
const OVERTIME_MS = 180_000;
const TWINS_MS = 300_000;

/** @throws Interrupted; what kept the cluster or a job from starting. The cluster is stopped in any case. */
export async function chaos({ programs, root, wishes, variables, say, interrupted }: ChaosOptions): Promise<Outcome> {
  const cluster = await startCluster({ programs, root, workers: wishes.workers, variables, say, signal: interrupted });
  try {
    return await disturbed(cluster, wishes, say, interrupted);
  } finally {
    await cluster.stop();
  }
}

export class Interrupted extends Error {}

async function disturbed(
  cluster: Cluster,
  wishes: ChaosOptions['wishes'],
  say: ChaosOptions['say'],
  interrupted: AbortSignal,
): Promise<Outcome> {
  const [machine, violations, loads] = [describeMachine(cluster.dataDir), [] as string[], [] as number[]];
  const startedAt = Date.now() + LEAD_MS;
  const shapes = paced(new Date(startedAt).toISOString(), formatDuration(wishes.forMs * 1000));
  const running = new Map<string, RunningJob>();
  const doing = disturbances(() => ({
    ...{ cluster, committed, say },
    operator(id) {
      const job = running.get(id);
      if (job === undefined) throw new Error(`${id} was not started`);
      return job.operator;
    },
    startBulk: (number) => begin(bulk(number)),
    busy: () => workersAtAny(connection, cluster.namespace, [...running.keys()]),
  }));
  const committed = watchCommitted({
    recovered: (n, atMs) => doing.recovered(n, atMs),
    stoodStill: (from, to) => doing.stoodStill(from, to),
    violation: (text) => void (violations.includes(text) ? 0 : violations.push(text)),
  });
  const begin = async (shape: Parameters<typeof startJob>[1]): Promise<void> => {
    const job = await startJob(cluster, shape);
    running.set(shape.id, job);
    committed.watch({ id: shape.id, steady: shape.steady, batches: shape.batches, plan: job.plan, folder: job.folder });
  };
  const connection = connectClient(temporalSettings({ TEMPORAL_NAMESPACE: cluster.namespace }, cluster.address));
  const sampling = setInterval(() => loads.push(loadavg()[0] ?? 0), 5_000);
  try {
    await Promise.all(shapes.map(begin));
    say(`${String(shapes.length)} jobs for ${String(wishes.forMs / 1000)} s, seed ${String(wishes.seed)}`);
    const steps = planSteps({ ...wishes, jobs: shapes.map(({ id }) => id) });
    const until = startedAt + wishes.forMs + OVERTIME_MS;
    await doing.run(steps, startedAt, interrupted);
    if (interrupted.aborted) throw new Interrupted();
    const ended = await Promise.all([...running.values()].map((job) => allEnd(job, until, violations)));
    await committed.stop();
    const done = doing.outcome();
    say(`all have ended; their twins, in peace`);
    const pairs = await inPeace(cluster, ended, violations);
    say('counting');
    const jobs = [];
    for (const [job, twin] of pairs) jobs.push(await judge(job, twin));
    return await outcomeOf({ cluster, wishes, machine, loads, startedAt, jobs, violations, done });
  } finally {
    clearInterval(sampling);
    await committed.stop().catch(() => undefined);
    await connection.close();
  }
}

/** Process ids of the workers that have any of the jobs in hand; null: nobody can tell. */
async function workersAtAny(connection: Connection, namespace: string, jobs: readonly string[]): Promise<number[] | null> {
  const told = await Promise.allSettled(jobs.map((id) => workersAt(connection, namespace, id)));
  return told.some(({ status }) => status === 'rejected') ? null : told.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}

/** Null and a violation for one that does not end. */
async function allEnd(job: RunningJob, until: number, violations: string[]): Promise<EndedJob | null> {
  try {
    return await endOf(job, until);
  } catch (error) {
    violations.push(error instanceof Error ? error.message : String(error));
    return null;
  }
}

/** Each job and the run that did it again; two at a time, as the bulk of their work is on one machine. */
async function inPeace(cluster: Cluster, ended: readonly (EndedJob | null)[], violations: string[]): Promise<[EndedJob, EndedJob][]> {
  const pairs: [EndedJob, EndedJob][] = [];
  const left = ended.filter((job) => job !== null);
  const lane = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const twin = await allEnd(await startJob(cluster, await twinOf(cluster, job)), Date.now() + TWINS_MS, violations);
      if (twin !== null) pairs.push([job, twin]);
      await sleep(0);
    }
  };
  await Promise.all([lane(), lane()]);
  return pairs.sort(([a], [b]) => a.shape.id.localeCompare(b.shape.id));
}
