/** The whole of it: PostgreSQL, Temporal's server and evergen's own stack, each process kept running as `up` keeps it, in one temporary folder. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep, type Keeping, type Kept } from '../../src/cli/stack/part';
import { startStack, type Stack } from '../../src/cli/stack/stack';
import { parseEnvironment } from '../../src/config/env';
import { packageRoot } from '../../src/config/package-root';
import { variableNames } from '../../src/config/variables';
import { identityOf, isAlive, signal } from '../../src/temporal/processes';
import { lowPorts } from './low-ports';
import { createPostgres, type Postgres } from './postgres';
import type { Programs } from './programs';
import { temporalServer } from './temporal-server';

export interface Cluster {
  readonly folder: string;
  readonly dataDir: string;
  readonly postgres: Postgres;
  /** host:port of Temporal's frontend. */
  readonly address: string;
  readonly namespace: string;
  /** Of the facade; null while it is down. */
  api(): string | null;
  /** Who has this place now: `postgres`, `temporal`, `worker-1`, …; null: nobody, a successor is being started. */
  identity(part: string): string | null;
  /** When it became ready, wall ms; 0: never. */
  readyAt(part: string): number;
  /** SIGKILL. @returns false when that process is gone already */
  kill(identity: string): boolean;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  programs: Programs;
  workers: number;
  /** Default true. */
  facade?: boolean;
  /** Of the compiled evergen whose workers and facade run: this project, or a copy of it. */
  root?: string;
  variables: NodeJS.ProcessEnv;
  say(line: string): void;
  /** Aborting it ends an unfinished start. */
  signal: AbortSignal;
}

const OURS = new RegExp(`^(${variableNames.join('|')})$|^(KAFKA|HTTP|TEMPORAL)_`);

/**
 * Resolves when every part is ready.
 * @throws what kept a part from starting; nothing is left running then
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { programs, workers, facade = true, root = packageRoot(), variables, say, signal: starting } = options;
  const folder = mkdtempSync(join(tmpdir(), 'evergen-cluster-'));
  // PostgreSQL's own user passes through.
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const log = (name: string) => (line: string) => appendFileSync(join(folder, `${name}.log`), `${line}\n`);
  const servers: Record<string, { identity: string | null; readyAt: number }> = {};
  const kept: Kept[] = [];
  let stack: Stack | null = null;
  // Of a process that ends by a fault, too: workers and facade see it, these two would not.
  const endServers = () => void Object.values(servers).forEach(({ identity }) => identity !== null && signal(identity, 'SIGKILL'));
  process.once('exit', endServers);
  const stop = async (): Promise<void> => {
    await stack?.stop();
    for (const part of kept.reverse()) await part.stop();
    process.removeListener('exit', endServers);
  };

  const spawned = (name: string) => (pid: number) => {
    servers[name] = { identity: identityOf(pid), readyAt: servers[name]?.readyAt ?? 0 };
  };
  const keepServer = async (name: string, start: Keeping['start']): Promise<void> => {
    const events = log(name);
    const tell: Keeping['say'] = (_, line) => events(`evergen: ${new Date().toISOString()} ${line}`);
    const onReady: Keeping['onReady'] = () => void Object.assign(servers[name] ?? {}, { readyAt: Date.now() });
    kept.push(await keep({ name, start, say: tell, onReady }, starting));
  };

  try {
    const password = randomBytes(16).toString('hex');
    const [port = 0] = await lowPorts(1);
    say(`PostgreSQL from ${programs.postgres}, Temporal's server from ${programs.temporal}, all in ${folder}`);
    const place = { programs: programs.postgres, folder: join(folder, 'postgres'), port, password };
    const postgres = await createPostgres({ ...place, onLine: log('postgres'), onSpawn: spawned('postgres') });
    await keepServer('postgres', (ended) => postgres.start(ended));
    const temporal = await temporalServer(programs.temporal, join(folder, 'temporal'), postgres, {
      onLine: log('temporal'),
      onSpawn: spawned('temporal'),
    });
    await temporal.createTables();
    await keepServer('temporal', (ended) => temporal.start(ended));
    const own = {
      ...Object.fromEntries(Object.entries(variables).filter(([name]) => !OURS.test(name))),
      ...{ DATA_DIR: dataDir, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace },
      ...{ EVERGEN_PORT: '0', CRISIS_PORT: 'off', FLEET_PORT: 'off', LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
    };
    const compiled = (name: string) => join(root, 'dist', 'src', `${name}.js`);
    const running = await startStack({
      environment: parseEnvironment(own, folder),
      ...{ variables: own, folder, workers, facade, say, signal: starting },
      entries: { worker: compiled('worker'), facade: compiled('server') },
    });
    stack = running;
    const identity = (part: string) => servers[part]?.identity ?? running.record.parts[part] ?? null;
    return {
      ...{ folder, dataDir, postgres, address: temporal.address, namespace: temporal.namespace },
      api: () => running.record.addresses['api'] ?? null,
      identity(part) {
        const who = identity(part);
        return who !== null && isAlive(who) ? who : null;
      },
      readyAt: (part) => servers[part]?.readyAt ?? Date.parse(running.record.ready_at[part] ?? '1970-01-01T00:00:00Z'),
      kill: (who) => signal(who, 'SIGKILL'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
