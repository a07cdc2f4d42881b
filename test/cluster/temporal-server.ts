/** Temporal's server in one process, all four services of it, on PostgreSQL, with 4 history shards. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { abortion, type Part } from '../../src/cli/stack/part';
import { ensureNamespace } from '../../src/temporal/namespace';
import { endChild, exitOf } from './child';
import { lowPorts } from './low-ports';
import type { Postgres } from './postgres';
import { DATABASES, serverConfig, type ServicePorts } from './server-config';

export interface TemporalServer {
  /** 127.0.0.1:port, the same after each start. */
  readonly address: string;
  readonly namespace: string;
  /** Makes both databases and their tables. PostgreSQL must serve. */
  createTables(): Promise<void>;
  /** For `keep`: a process whose namespace answers, search attributes and all. */
  start(signal: AbortSignal): Promise<Part>;
}

const HOST = '127.0.0.1';
const NAMESPACE = 'default';
const RETENTION_MS = 24 * 3_600_000;
const READY_MS = 60_000;
const GRACE_MS = 15_000;

/** @param programs folder of `server` and `sql` @param folder made, for configuration @param onSpawn called before it serves */
export async function temporalServer(
  programs: string,
  folder: string,
  postgres: Postgres,
  { onLine, onSpawn }: { onLine(line: string): void; onSpawn(pid: number): void },
): Promise<TemporalServer> {
  const free = await lowPorts(8);
  const port = () => ({ grpc: free.shift() ?? 0, membership: free.shift() ?? 0 });
  const ports: ServicePorts = { frontend: port(), history: port(), matching: port(), worker: port() };
  const address = `${HOST}:${String(ports.frontend.grpc)}`;
  mkdirSync(folder);
  const [config, dynamic] = [join(folder, 'server.yaml'), join(folder, 'dynamic.yaml')];
  // JSON is YAML, too.
  writeFileSync(dynamic, '{}\n');
  writeFileSync(config, `${JSON.stringify(serverConfig(postgres, ports, dynamic), null, 2)}\n`, { mode: 0o600 });

  return {
    address,
    namespace: NAMESPACE,
    async createTables() {
      const { host, port, user, password } = postgres;
      const env = { SQL_PLUGIN: 'postgres12', SQL_HOST: host, SQL_PORT: String(port), SQL_USER: user, SQL_PASSWORD: password };
      for (const [database, schema] of Object.entries(DATABASES)) {
        const sql = (...words: string[]) => promisify(execFile)(join(programs, 'sql'), ['--db', database, ...words], { env });
        await sql('create');
        await sql('setup-schema', '-v', '0.0');
        await sql('update-schema', '--schema-name', schema);
      }
    },
    async start(signal) {
      const words = ['--allow-no-auth', '--config-file', config, 'start'];
      const child = spawn(join(programs, 'server'), words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      if (child.pid !== undefined) onSpawn(child.pid);
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
      const exited = exitOf(child);
      const stop = () => endChild(child, exited, 'SIGTERM', GRACE_MS);
      const over = new AbortController();
      try {
        await Promise.race([
          serves(address, AbortSignal.any([over.signal, signal])),
          exited.then((how) => Promise.reject(new Error(`the Temporal server ended with ${how}`))),
          abortion(signal, over.signal),
        ]);
        return { pid: child.pid ?? 0, addresses: {}, exited, stop };
      } catch (error) {
        await stop();
        throw error;
      } finally {
        over.abort();
      }
    },
  };
}

/** Until the namespace answers; it is made where it is not there. */
async function serves(address: string, ended: AbortSignal): Promise<void> {
  const until = Date.now() + READY_MS;
  for (;;) {
    // A new one each time: a connection that was refused waits a second and longer before it tries again.
    const connection = Connection.lazy({ address });
    try {
      await register(connection);
      const { searchAttributes, warnings } = await ensureNamespace(connection, NAMESPACE, 1_000);
      if (!searchAttributes) throw new Error(warnings.join('; '));
      return;
    } catch (error) {
      if (ended.aborted || Date.now() > until) throw error;
    } finally {
      await connection.close();
    }
    await sleep(50);
  }
}

/** gRPC status ALREADY_EXISTS. */
const ALREADY_EXISTS = 6;

async function register(connection: Connection): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.registerNamespace({ namespace: NAMESPACE, workflowExecutionRetentionPeriod: msToTs(RETENTION_MS) }),
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === ALREADY_EXISTS)) throw error;
  }
}
