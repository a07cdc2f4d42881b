/** What a cluster is made of: Debian's PostgreSQL, and Temporal's server from its Go modules, built once into the user's cache. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Variables } from '../../src/config/env';
import { UserError } from '../../src/spec/failures';
import { cacheFolder, type Search } from '../../src/temporal/cli-binary';
import { buildWithGo } from '../../src/temporal/go-build';
import { waitForLock } from '../../src/temporal/lock';

/** As in `tools/temporal-server/go.mod`. */
export const SERVER_VERSION = '1.31.2';
/** Debian keeps its servers off PATH: one folder a version. */
const DEBIAN = '/usr/lib/postgresql';
/** What is called here, all in one folder. */
const POSTGRES = ['initdb', 'postgres', 'pg_isready', 'psql'];

export interface Programs {
  /** Folder of `initdb`, `postgres`, `pg_isready` and `psql`. */
  postgres: string;
  /** Folder of `server` and `sql`. */
  temporal: string;
}

/** @throws UserError with a sentence for each that is missing: what to install */
export async function findPrograms(search: Search, debian = DEBIAN): Promise<Programs> {
  const postgres = findPostgres(search.variables, debian);
  const temporal = await findServer(search).catch((failure: unknown) => {
    if (failure instanceof UserError) return failure;
    throw failure;
  });
  const missing = [
    ...(postgres === null
      ? [
          `no PostgreSQL server: ${POSTGRES.join(', ')} are neither in one folder of PATH nor in ${debian}/*/bin; ` +
            'install it (Debian: apt-get install postgresql), it need not be running',
        ]
      : []),
    ...(temporal instanceof UserError ? [temporal.message] : []),
  ];
  if (postgres === null || temporal instanceof UserError) throw new UserError(missing.join('\n'));
  return { postgres, temporal };
}

/** The newest of Debian's, else what is on PATH. */
function findPostgres(variables: Variables, debian: string): string | null {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = (variables['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...onPath];
  return folders.find((folder) => POSTGRES.every((program) => existsSync(join(folder, program)))) ?? null;
}

/** Of two processes that find none the second waits for the first. */
async function findServer({ variables, say }: Search): Promise<string> {
  const target = join(cacheFolder(variables), `temporal-server-${SERVER_VERSION}-${process.platform}-${process.arch}`);
  const there = () => existsSync(target);
  if (there()) return target;
  mkdirSync(dirname(target), { recursive: true });
  const lock = await waitForLock(`${target}.lock`, there, (holder) =>
    say(`another process (${String(holder)}) is building the Temporal server: waiting for it`),
  );
  if (lock === null) return target;
  try {
    const failure = there() ? null : await build(target, variables, say);
    if (failure === null) return target;
    throw new UserError(
      `no Temporal server: ${failure}; install Go 1.26.4 or newer (https://go.dev/dl), or put the programs "server" and "sql" of ` +
        `go.temporal.io/server ${SERVER_VERSION} into ${target}`,
    );
  } finally {
    lock.release();
  }
}

const build = (target: string, variables: Variables, say: Search['say']): Promise<string | null> =>
  buildWithGo(
    target,
    {
      what: `the Temporal server ${SERVER_VERSION}`,
      module: 'temporal-server',
      packages: ['go.temporal.io/server/cmd/server', 'go.temporal.io/server/cmd/tools/sql'],
      ldflags: '-s -w',
      takes: 'one to five minutes',
      runs: async (folder) => {
        const version = async (program: string) => (await promisify(execFile)(join(folder, program), ['--version'])).stdout;
        const said = await Promise.all(['server', 'sql'].map(version)).catch(() => []);
        return said.length === 2 && said.every((text) => text.includes(SERVER_VERSION));
      },
    },
    variables,
    say,
  );
