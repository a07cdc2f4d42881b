/** A PostgreSQL server of its own, in one folder: made, started, killed and started again. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { NoLongerWanted, type Part } from '../../src/cli/stack/part';
import { endChild, exitOf } from './child';

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** For `keep`: a process that accepts connections, on the same port each time. */
  start(signal: AbortSignal): Promise<Part>;
  /** Rows of a query, without decoration: columns divided by `|`. */
  query(sql: string, database?: string): Promise<string[]>;
}

export interface PostgresOptions {
  /** Folder of `initdb`, `postgres`, `pg_isready` and `psql`. */
  programs: string;
  /** Made; whoever runs the server must be able to pass through those above it. */
  folder: string;
  port: number;
  password: string;
  onLine(line: string): void;
  /** Called before it accepts connections. */
  onSpawn(pid: number): void;
}

const HOST = '127.0.0.1';
const USER = 'temporal';
const READY_MS = 30_000;
const GRACE_MS = 10_000;
/** PostgreSQL's "fast" end: at SIGTERM it waits for its clients. */
const END = 'SIGINT';
/** After kill -9 the old server's children live on for a moment and hold its memory: a successor is refused until then. */
const REFUSED_MS = 50;

/**
 * Makes the database's files. PostgreSQL refuses to run as root: there it gets the user `postgres`, else `nobody`.
 * @throws Error with what initdb says
 */
export async function createPostgres({ programs, folder, port, password, onLine, onSpawn }: PostgresOptions): Promise<Postgres> {
  const owner = unprivileged();
  mkdirSync(folder, { mode: 0o700 });
  const secret = join(folder, 'password');
  writeFileSync(secret, password, { mode: 0o600 });
  if (owner.uid !== undefined) for (const path of [folder, secret]) chownSync(path, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const made = ['-D', data, '-U', USER, '--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', '--locale=C', '--no-sync'];
  await promisify(execFile)(join(programs, 'initdb'), made, { ...owner, env, cwd: folder });
  rmSync(secret);

  const settings = { listen_addresses: HOST, port: String(port), unix_socket_directories: '', max_connections: '200' };
  const words = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const launch = (): ChildProcess => {
    const child = spawn(join(programs, 'postgres'), words, {
      ...owner,
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', onLine);
    if (child.pid !== undefined) onSpawn(child.pid);
    return child;
  };
  const accepts = () =>
    promisify(execFile)(join(programs, 'pg_isready'), ['-q', '-h', HOST, '-p', String(port)]).then(
      () => true,
      () => false,
    );

  return {
    ...{ host: HOST, port, user: USER, password },
    async start(signal) {
      for (const until = Date.now() + READY_MS; ; await sleep(REFUSED_MS)) {
        const part = await ready(launch(), accepts, until, signal);
        if (part !== null) return part;
        if (signal.aborted) throw new NoLongerWanted('no longer wanted');
        if (Date.now() > until) throw new Error(`PostgreSQL does not start in ${folder}`);
      }
    },
    async query(sql, database = 'postgres') {
      const where = ['-h', HOST, '-p', String(port), '-U', USER, '-d', database];
      const { stdout } = await promisify(execFile)(join(programs, 'psql'), [...where, '-X', '-q', '-A', '-t', '-c', sql], {
        env: { ...env, PGPASSWORD: password },
      });
      return stdout.split('\n').filter((line) => line !== '');
    },
  };
}

/** Null when the process has ended before it accepted a connection. */
async function ready(child: ChildProcess, accepts: () => Promise<boolean>, until: number, signal: AbortSignal): Promise<Part | null> {
  let over = false;
  const exited = exitOf(child);
  void exited.then(() => (over = true));
  const part: Part = { pid: child.pid ?? 0, addresses: {}, exited, stop: () => endChild(child, exited, END, GRACE_MS) };
  while (!over) {
    if (await accepts()) return over ? null : part;
    if (signal.aborted || Date.now() > until) await part.stop();
    else await sleep(25);
  }
  return null;
}

/** Empty: this process's own user will do. */
function unprivileged(): { uid: number; gid: number } | { uid?: undefined } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const ids = ['postgres', 'nobody'].flatMap((name) => {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    return uid === undefined || gid === undefined ? [] : [{ uid: Number(uid), gid: Number(gid) }];
  });
  const [first] = ids;
  if (first === undefined)
    throw new Error('PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody: run this as another user');
  return first;
}
