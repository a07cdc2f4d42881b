/** A Kafka broker as a child process: one JVM that is its own controller, its state in one folder. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, portState } from '../temporal/free-port';
import { javaArguments } from './java';
import { properties } from './properties';

export interface BrokerOptions {
  /** Folder of the jars, from `findKafka`. */
  jars: string;
  /** Where its configuration and its data are; made when it is not there. */
  dataDir: string;
  /** 0: a free one. */
  port: number;
  /** Entries of server.properties, over the standard ones. */
  properties?: Readonly<Record<string, string>>;
  /** Options of the virtual machine, beside those for memory. */
  javaOptions?: readonly string[];
  /** Takes each line that the broker writes: errors. What it warns of at every start and end is no news. */
  onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** Called with the process's id before it serves, so that it can be recorded. */
  onSpawn?: (pid: number) => void;
}

export interface Broker {
  /** 127.0.0.1:port, for KAFKA_BOOTSTRAP. */
  address: string;
  port: number;
  pid: number;
  /** Resolves when the process is gone, whatever the reason: `exit code 1`, `signal SIGKILL`. */
  exited: Promise<string>;
  /** SIGTERM, then SIGKILL after 15 s; harmless when it is gone already. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const READY_MS = 60_000;
const GRACE_MS = 15_000;
const SERVES = 'Kafka Server started';
/** The logger that says so; all others tell errors alone. */
const TELL_READY = '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info';
const MEMORY = ['-Xms128m', '-Xmx512m'];

/**
 * Starts the broker on new or existing data and resolves when it serves: about a second, and a second more on new data; after a kill -9 four.
 * @throws when it ends or is not ready in time, with the last lines that it wrote; nothing is left running then
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { jars, dataDir } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  // Another broker there would be taken for ours.
  if ((await portState(HOST, port)) !== 'free') throw new Error(`the Kafka broker did not start: port ${String(port)} is taken`);
  const [configuration, logDir] = [join(dataDir, 'server.properties'), join(dataDir, 'logs')];
  await mkdir(dataDir, { recursive: true });
  const place = { host: HOST, port, controllerPort: await freePort(), logDir };
  await writeFile(configuration, properties(place, options.properties));
  await format(jars, configuration, logDir);
  const java = javaArguments(jars, [...MEMORY, TELL_READY, ...(options.javaOptions ?? [])]);
  // A process group of its own: Ctrl-C on the terminal is for the supervisor, which ends its children in order.
  const child = spawn('java', [...java, 'kafka.Kafka', configuration], { cwd: dataDir, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`));
  });
  const lines = listen(child, options.onLine);
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const stop = () => end(child, exited);
  const over = new AbortController();
  try {
    await Promise.race([
      lines.serves,
      exited.then((how) => Promise.reject(new Error(`ended with ${how}`))),
      sleep(READY_MS, undefined, { signal: over.signal }).then(() => Promise.reject(new Error(`not ready after ${READY_MS / 1000} s`))),
    ]);
  } catch (error) {
    await stop();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(['the Kafka broker did not start: ' + why, ...lines.last()].join('\n'), { cause: error });
  } finally {
    over.abort();
  }
  return { address: `${HOST}:${String(port)}`, port, pid: child.pid ?? 0, exited, stop };
}

/** Gives a new folder its cluster id; one that has it is left as it is. */
async function format(jars: string, configuration: string, logDir: string): Promise<void> {
  if (existsSync(join(logDir, 'meta.properties'))) return;
  const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', configuration, '--ignore-formatted'];
  await promisify(execFile)('java', [...javaArguments(jars, ['-XX:TieredStopAtLevel=1']), ...tool]);
}

function listen(child: ChildProcess, onLine: BrokerOptions['onLine']): { serves: Promise<void>; last(): string[] } {
  const kept: string[] = [];
  let ready: () => void;
  const serves = new Promise<void>((resolve) => (ready = resolve));
  for (const from of ['stdout', 'stderr'] as const) {
    const stream = child[from];
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.includes(SERVES)) ready();
      if (line.includes(' INFO ')) return;
      kept.push(line);
      if (kept.length > 5) kept.shift();
      onLine?.(line, from);
    });
  }
  return { serves, last: () => kept };
}

async function end(child: ChildProcess, exited: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const killer = sleep(GRACE_MS, undefined, { signal: patience.signal }).then(
    () => void child.kill('SIGKILL'),
    () => undefined,
  );
  await exited;
  patience.abort();
  await killer;
}
