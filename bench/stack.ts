/** A Temporal dev server, workers and a facade of their own, in a folder of their own. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { packageRoot } from '../src/config/package-root';
import type { Jobs } from '../src/jobs/jobs';
import { startOptions } from '../src/jobs/start-options';
import { temporalJobs } from '../src/jobs/temporal-jobs';
import { findCli } from '../src/temporal/cli-binary';
import { connectClient, temporalSettings } from '../src/temporal/connect';
import { startDevServer } from '../src/temporal/dev-server';
import { freePort } from '../src/temporal/free-port';
import { WORKFLOW_TYPE, type Plan, type Status } from '../workflows/messages';

export interface Stack {
  readonly jobs: Jobs;
  /** Pid of the server. */
  readonly server: number;
  /** What it counts, for Prometheus. */
  readonly metricsUrl: string;
  /** @param profiles folder for a CPU profile; null: none */
  worker(profiles: string | null): Promise<BenchProcess>;
  facade(): Promise<BenchProcess & { readonly base: string }>;
  /** Starts a job without waiting for its first batch. */
  begin(plan: Plan): Promise<void>;
  /** Resolves when the job has ended. */
  result(job: string): Promise<Status>;
  stop(): Promise<void>;
}

export interface BenchProcess {
  readonly pid: number;
  /** SIGKILL. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const NAMESPACE = 'default';

export async function startStack(folder: string, variables: NodeJS.ProcessEnv): Promise<Stack> {
  const binary = await findCli({ variables, say: (line) => process.stderr.write(`${line}\n`) });
  const metricsPort = await freePort();
  const databaseFile = join(folder, 'temporal.db');
  const server = await startDevServer({ binary, databaseFile, port: 0, uiPort: null, metricsPort, namespace: NAMESPACE });
  const connection: Connection = connectClient(temporalSettings({ TEMPORAL_NAMESPACE: NAMESPACE }, server.address));
  const client = new Client({ connection, namespace: NAMESPACE });
  const env = { ...variables, DATA_DIR: folder, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: NAMESPACE, LOG_LEVEL: 'warn' };
  return {
    jobs: temporalJobs({ connection, namespace: NAMESPACE }),
    server: server.pid,
    metricsUrl: `http://127.0.0.1:${String(metricsPort)}/metrics`,
    worker: (profiles) => startPart('worker', env, profiles),
    async facade() {
      const port = String(await freePort());
      const ports = { EVERGEN_PORT: port, CRISIS_PORT: 'off', FLEET_PORT: 'off' };
      return { ...(await startPart('server', { ...env, ...ports }, null)), base: `http://127.0.0.1:${port}` };
    },
    async begin(plan) {
      await client.workflow.start(WORKFLOW_TYPE, startOptions(plan, true));
    },
    result: (job) => client.workflow.getHandle(job).result() as Promise<Status>,
    async stop() {
      await connection.close();
      await server.stop();
    },
  };
}

async function startPart(name: 'worker' | 'server', env: NodeJS.ProcessEnv, profiles: string | null): Promise<BenchProcess> {
  const child = fork(join(packageRoot(), `dist/src/${name}.js`), [], {
    env,
    execArgv: profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  await ready(name, child);
  return {
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

const ready = (name: string, child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('message', () => {
      resolve();
    });
    child.once('exit', (code) => {
      reject(new Error(`the ${name} ended with exit code ${String(code)} before it was ready`));
    });
  });
