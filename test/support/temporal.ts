/** Temporal's development server for live tests: found as users find it, on free ports, gone when the test file ends. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCli } from '../../src/temporal/cli-binary';
import { startDevServer as start, type DevServer } from '../../src/temporal/dev-server';
import { atEnd } from './cleanup';

export interface TestServer {
  /** 127.0.0.1:port, the same after a restart. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | null;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** A new process on the same database and ports; resolves when it serves. */
  restart(): Promise<void>;
  /** A new process on the same ports with an empty database: it has forgotten every job. */
  forget(): Promise<void>;
}

export interface TestServerOptions {
  /** Default `default`. */
  namespace?: string;
  /** Default false: no Web UI. */
  ui?: boolean;
}

/** Its database is a file in a temporary folder. Stopped and removed after the last test of the file that called. */
export async function startDevServer({ namespace = 'default', ui = false }: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'evergen-temporal-'));
  const binary = await findCli({ variables: process.env, say: (line) => process.stderr.write(`${line}\n`) });
  const options = { binary, databaseFile: join(folder, 'temporal.db'), namespace };
  let server: DevServer = await start({ ...options, port: 0, uiPort: ui ? 0 : null });
  const { address, port, uiPort, uiUrl } = server;
  atEnd(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    address,
    namespace,
    uiUrl,
    get pid() {
      return server.pid;
    },
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    restart: async () => {
      server = await start({ ...options, port, uiPort });
    },
    forget: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
      server = await start({ ...options, port, uiPort });
    },
  };
}
