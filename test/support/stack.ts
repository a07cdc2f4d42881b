/** A stack of real processes for tests: Temporal's dev server, workers and facade as users run them, each to be killed, stopped and continued by hand. */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root';
import { freePort } from '../../src/temporal/free-port';
import { atEnd } from './cleanup';
import { startDevServer, type TestServer } from './temporal';

export interface TestProcess {
  readonly pid: number;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it lives, but does nothing. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
}

export interface TestStack {
  readonly server: TestServer;
  readonly dataDir: string;
  /** Starts a worker; resolves when it polls. @param changes of its environment */
  worker(changes?: NodeJS.ProcessEnv): Promise<TestProcess>;
  /** Starts a facade, always on the same ports. @param changes of its environment: other ports, say */
  facade(changes?: NodeJS.ProcessEnv): Promise<TestProcess>;
  /** Where the facade answers. */
  readonly base: string;
  /** Where its port for crisis intakes is. */
  readonly crisis: string;
  /** One call of the facade, with its JSON answer. */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** The record beside the data of a job's only part: what is committed, whoever is alive. */
  committed(job: string): Promise<{ next: number; emitted: number }>;
  /** Folder of the job's newest run. */
  runFolder(job: string): Promise<string>;
}

/** @param more variables of its processes: where Kafka is, say */
export async function startTestStack(more: NodeJS.ProcessEnv = {}): Promise<TestStack> {
  const dist = join(packageRoot(), 'dist');
  if (!existsSync(join(dist, 'workflow-bundle.js'))) throw new Error('dist/ is missing: npm run build');
  const dataDir = await mkdtemp(join(tmpdir(), 'evergen-stack-'));
  atEnd(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startDevServer();
  const [port, crisisPort] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    ...more,
    TEMPORAL_ADDRESS: server.address,
    DATA_DIR: dataDir,
    EVERGEN_PORT: String(port),
    CRISIS_PORT: String(crisisPort),
    FLEET_PORT: 'off',
    LOG_LEVEL: 'error',
    LOG_FORMAT: 'json',
  };
  const base = `http://127.0.0.1:${String(port)}`;
  const runFolder = async (job: string) => {
    const folder = join(dataDir, 'jobs', job);
    return join(folder, (await readdir(folder)).sort().at(-1) ?? '');
  };
  return {
    server,
    dataDir,
    base,
    crisis: `http://127.0.0.1:${String(crisisPort)}`,
    worker: (changes = {}) => startProcess(join(dist, 'src/worker.js'), { ...env, ...changes }),
    facade: (changes = {}) => startProcess(join(dist, 'src/server.js'), { ...env, ...changes }),
    async call(method, path, body) {
      const response = await fetch(`${base}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    runFolder,
    async committed(job) {
      const writers = join(await runFolder(job), '.writer');
      const part = (await readdir(writers)).find((name) => /-\d\d$/.test(name));
      const record = JSON.parse(await readFile(join(writers, part ?? '', 'record.json'), 'utf8')) as {
        next: number;
        totals: { emitted: number };
      };
      return { next: record.next, emitted: record.totals.emitted };
    },
  };
}

/** Forks a part as `up` does; resolves when it is ready. */
export async function startProcess(entry: string, env: NodeJS.ProcessEnv): Promise<TestProcess> {
  const child = fork(entry, [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  atEnd(() => killed(child));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => {
      resolve();
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`${entry} ended before it was ready (${String(code ?? signal)})`));
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${entry} did not start`);
  return { pid, kill: () => killed(child), freeze: () => void child.kill('SIGSTOP'), thaw: () => void child.kill('SIGCONT') };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
