/** What jobs cost the database: PostgreSQL's own counters before and after a while in which nothing but the jobs goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { count } from '../../src/figures';
import { table } from '../../src/cli/table';
import { startOptions } from '../../src/jobs/start-options';
import { parseDuration } from '../../src/spec/durations';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import { describeMachine } from '../../bench/machine';
import { plan } from '../../bench/job';
import { WORKFLOW_TYPE, type Status } from '../../workflows/messages';
import { startCluster, type Cluster } from './cluster';
import { difference, snapshot, type Difference } from './counters';
import type { Programs } from './programs';

export interface WritesOptions {
  programs: Programs;
  jobs: number;
  /** ISO 8601: between two batches of a job. */
  every: string;
  /** Measured time. */
  forMs: number;
  workers: number;
  variables: NodeJS.ProcessEnv;
  say(line: string): void;
  interrupted: AbortSignal;
}

export interface Writes {
  machine: string;
  folder: string;
  jobs: number;
  every: string;
  /** Batches that fell due in the measured time: a machine that makes fewer does not keep up, and its figures are those of catching up. */
  due: number;
  /** Without jobs: what the server writes for itself. */
  idle: Difference;
  busy: Difference;
}

/** Starts a second, as in `bench/many.ts`. */
const STARTS_A_SECOND = 20;
/** After the last start, until the first spans have passed. */
const SETTLED_MS = 35_000;
const IDLE_MS = 20_000;

export async function writes(options: WritesOptions): Promise<Writes> {
  const { programs, workers, variables, say, interrupted } = options;
  const cluster = await startCluster({ programs, workers, facade: false, variables, say, signal: interrupted });
  try {
    return await measured(cluster, options);
  } finally {
    await cluster.stop();
  }
}

async function measured(cluster: Cluster, { jobs, every, forMs, workers, say, interrupted }: WritesOptions): Promise<Writes> {
  const { folder, dataDir, address, namespace } = cluster;
  const machine = describeMachine(dataDir);
  const pause = (ms: number) => sleep(ms, undefined, { signal: interrupted });
  const over = async (ms: number): Promise<Difference> => {
    const before = await snapshot(cluster, workers);
    await pause(ms);
    return difference(before, await snapshot(cluster, workers));
  };
  await pause(SETTLED_MS / 3);
  const idle = await over(IDLE_MS);
  const connection = connectClient(temporalSettings({ TEMPORAL_NAMESPACE: namespace }, address));
  try {
    const client = new Client({ connection, namespace });
    const seconds = Math.ceil((forMs + SETTLED_MS + 15_000) / 1000 + jobs / STARTS_A_SECOND);
    const load = { pace: { every, batch_size: 5 }, for: `${String(seconds)}s` };
    const names = Array.from({ length: jobs }, (_, i) => `many-${String(i)}`);
    say(`${String(jobs)} jobs with a batch each ${every}`);
    for (const name of names) {
      await client.workflow.start(WORKFLOW_TYPE, startOptions(plan(name, 'disk', load), true));
      await pause(1000 / STARTS_A_SECOND);
    }
    await pause(SETTLED_MS);
    say(`all run; measuring for ${String(forMs / 1000)} s`);
    const busy = await over(forMs);
    await Promise.all(names.map((name) => client.workflow.getHandle(name).result() as Promise<Status>));
    const due = Math.round((jobs * busy.seconds * 1e6) / (parseDuration(every) ?? 1e6));
    return { machine, folder, jobs, every, due, idle, busy };
  } finally {
    await connection.close();
  }
}

export function writeLines({ machine, jobs, every, due, idle, busy }: Writes): string[] {
  const rest = (key: 'walBytes' | 'commits' | 'inserted' | 'updated' | 'deleted') =>
    (busy[key] / busy.seconds - idle[key] / idle.seconds) * busy.seconds;
  const row = (name: string, key: Parameters<typeof rest>[0]) => [
    ...[name, count(Math.round(busy[key]))],
    ...[(busy[key] / busy.batches).toFixed(2), (rest(key) / busy.batches).toFixed(2), (idle[key] / idle.seconds).toFixed(1)],
  ];
  const cores = (of: Difference) =>
    Object.entries(of.cpuSeconds)
      .map(([part, seconds]) => `${part} ${(seconds / of.seconds).toFixed(2)}`)
      .join(', ');
  return [
    `${String(jobs)} jobs, a batch each ${every}: ${count(busy.batches)} batches in ${busy.seconds.toFixed(0)} s; ${machine}`,
    ...(busy.batches < 0.95 * due
      ? [`TOO BUSY: ${count(due)} were due, so these are no figures of a machine that keeps up; fewer --jobs do`]
      : []),
    '',
    ...table(
      ['POSTGRESQL', 'IN ALL', 'A BATCH', 'WITHOUT IDLE', 'IDLE, A SECOND'],
      [
        row('write-ahead log, bytes', 'walBytes'),
        row('commits', 'commits'),
        row('rows inserted', 'inserted'),
        row('rows updated', 'updated'),
        row('rows deleted', 'deleted'),
      ],
    ),
    '',
    `growth of the databases: ${count(busy.databaseBytes)} B, ${(busy.databaseBytes / busy.batches).toFixed(0)} B a batch`,
    `rows by table: ${busy.tables.map(({ name, rows }) => `${name} ${(rows / busy.batches).toFixed(3)}`).join(', ')} a batch`,
    `cores: ${cores(busy)}; idle: ${cores(idle)}`,
  ];
}
