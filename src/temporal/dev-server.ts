/** Temporal's development server as a child process: one binary, its state in one SQLite file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages';
import { freePort, portState } from './free-port';
import { ensureNamespace, setRetention } from './namespace';

export interface DevServerOptions {
  /** Path of the Temporal CLI, from `findCli`. */
  binary: string;
  /** SQLite file, made when it is not there; null: in memory. */
  databaseFile: string | null;
  /** 0: a free one. */
  port: number;
  /** 0: a free one; null: no Web UI. */
  uiPort: number | null;
  /** Where `/metrics` tells Prometheus what the server counts; absent: a free one, and nobody is told which. */
  metricsPort?: number;
  namespace: string;
  /** Takes each line that the server writes (JSON objects as a rule). */
  onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** Called with the process's id before it serves, so that it can be recorded. */
  onSpawn?: (pid: number) => void;
  /** Time to become ready, default 30 s. */
  readyMs?: number;
}

export interface DevServer {
  /** 127.0.0.1:port */
  address: string;
  port: number;
  uiPort: number | null;
  uiUrl: string | null;
  pid: number;
  /** Resolves when the process is gone, whatever the reason: `exit code 1`, `signal SIGKILL`. */
  exited: Promise<string>;
  /** SIGTERM, then SIGKILL after 10 s; harmless when it is gone already. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Hours that an ended run stays listed; one day otherwise. */
const RETENTION_HOURS = 72;

/**
 * Starts the server and resolves when it serves and its namespace has what evergen needs.
 * @throws when it ends or is not ready in time, with the last lines that it wrote; nothing is left running then
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const port = options.port === 0 ? await freePort() : options.port;
  const uiPort = options.uiPort === 0 ? await freePort() : options.uiPort;
  // Another server there would answer in place of ours.
  for (const wanted of [port, uiPort]) {
    if (wanted !== null && (await portState(HOST, wanted)) !== 'free')
      throw new Error(`the Temporal server did not start: port ${wanted} is taken`);
  }
  if (options.databaseFile !== null) mkdirSync(dirname(options.databaseFile), { recursive: true });
  // A process group of its own: Ctrl-C on the terminal is for the supervisor, which ends its children in order.
  const child = spawn(options.binary, flags(options, port, uiPort), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const last = lastLines(child, options.onLine);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`));
  });
  const address = `${HOST}:${port}`;
  const stop = () => end(child, exited);
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const over = new AbortController();
  try {
    await Promise.race([
      serving({ address, port, namespace: options.namespace, readyMs: options.readyMs ?? 30_000, over: over.signal }),
      exited.then((how) => Promise.reject(new Error(`ended with ${how}`))),
    ]);
  } catch (error) {
    over.abort();
    await stop();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(['the Temporal server did not start: ' + why, ...last()].join('\n'), { cause: error });
  }
  return { address, port, uiPort, uiUrl: uiPort === null ? null : `http://${HOST}:${uiPort}`, pid: child.pid ?? 0, exited, stop };
}

function flags({ databaseFile, metricsPort, namespace }: DevServerOptions, port: number, uiPort: number | null): string[] {
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port)],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(metricsPort === undefined ? [] : ['--metrics-port', String(metricsPort)]),
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...(databaseFile === null ? [] : ['--db-filename', databaseFile]),
    // WAL survives kill -9 of the server; NORMAL loses nothing then (only a power cut may lose the last transactions).
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...Object.values(SEARCH_ATTRIBUTES).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    // A bonus: the floor of the server's timers falls from one second to about 25 ms.
    ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="50ms"'],
    ...['--log-format', 'json', '--log-level', 'warn'],
  ];
}

function lastLines(child: ChildProcess, onLine: NonNullable<DevServerOptions['onLine']> = () => undefined): () => string[] {
  const kept: string[] = [];
  for (const from of ['stdout', 'stderr'] as const) {
    const stream = child[from];
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      kept.push(line);
      if (kept.length > 5) kept.shift();
      onLine(line, from);
    });
  }
  return () => kept;
}

interface Expected {
  address: string;
  port: number;
  namespace: string;
  readyMs: number;
  over: AbortSignal;
}

async function serving({ address, port, namespace, readyMs, over }: Expected): Promise<void> {
  const until = Date.now() + readyMs;
  // gRPC waits a second between its own attempts; asking TCP first finds the moment.
  while (!(await accepts(port))) {
    if (over.aborted) return;
    if (Date.now() > until) throw new Error(`nothing listens on port ${port} after ${readyMs / 1000} s`);
    await sleep(25);
  }
  const connection = Connection.lazy({ address });
  try {
    for (;;) {
      try {
        const { searchAttributes, warnings } = await ensureNamespace(connection, namespace, 1_000);
        if (!searchAttributes) throw new Error(warnings.join('; '));
        await setRetention(connection, namespace, RETENTION_HOURS);
        return;
      } catch (error) {
        if (over.aborted || Date.now() > until) throw error;
        await sleep(50);
      }
    }
  } finally {
    await connection.close();
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp({ host: HOST, port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function end(child: ChildProcess, exited: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const killer = sleep(10_000, undefined, { signal: patience.signal }).then(
    () => void child.kill('SIGKILL'),
    () => undefined,
  );
  await exited;
  patience.abort();
  await killer;
}
