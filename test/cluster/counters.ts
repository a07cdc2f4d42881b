/** PostgreSQL's counters, the batches that are committed, and the CPU time of the processes, at one moment. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../../bench/usage';
import { pidOf } from '../../src/temporal/processes';
import type { Cluster } from './cluster';
import { DATABASES } from './server-config';

interface Snapshot {
  at: number;
  batches: number;
  walBytes: number;
  commits: number;
  inserted: number;
  updated: number;
  deleted: number;
  databaseBytes: number;
  /** Inserted, updated and deleted, by table. */
  tables: Map<string, number>;
  cpuSeconds: Record<string, number>;
}

export interface Difference extends Omit<Snapshot, 'at' | 'tables'> {
  seconds: number;
  /** The busiest first. */
  tables: { name: string; rows: number }[];
}

/** Sessions hand in their counts once a second, and idle ones after ten at the latest. */
const HANDED_IN_MS = 1_500;

export async function snapshot({ postgres, dataDir, identity }: Cluster, workers: number): Promise<Snapshot> {
  await sleep(HANDED_IN_MS);
  const names = Object.keys(DATABASES);
  const list = names.map((name) => `'${name}'`).join(', ');
  const [row = ''] = await postgres.query(
    `select pg_current_wal_lsn() - '0/0', sum(xact_commit), sum(tup_inserted), sum(tup_updated), sum(tup_deleted), sum(pg_database_size(datname)) from pg_stat_database where datname in (${list})`,
  );
  const [walBytes = 0, commits = 0, inserted = 0, updated = 0, deleted = 0, databaseBytes = 0] = row.split('|').map(Number);
  const tables = new Map<string, number>();
  for (const name of names)
    for (const line of await postgres.query('select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables', name)) {
      const [table = '', rows = '0'] = line.split('|');
      tables.set(table, (tables.get(table) ?? 0) + Number(rows));
    }
  const parts = [
    'postgres',
    'temporal',
    ...Array.from({ length: workers }, (_, i) => (workers === 1 ? 'worker' : `worker-${String(i + 1)}`)),
  ];
  return {
    at: performance.now(),
    batches: committedBatches(dataDir),
    ...{ walBytes, commits, inserted, updated, deleted, databaseBytes, tables },
    cpuSeconds: Object.fromEntries(parts.map((part) => [part, cpuOf(pidOf(identity(part) ?? '0.'))])),
  };
}

export function difference(before: Snapshot, after: Snapshot): Difference {
  const by = (key: Exclude<keyof Snapshot, 'tables' | 'cpuSeconds'>) => after[key] - before[key];
  const tables = [...after.tables].map(([name, rows]) => ({ name, rows: rows - (before.tables.get(name) ?? 0) }));
  return {
    ...{ seconds: by('at') / 1000, batches: by('batches'), walBytes: by('walBytes'), commits: by('commits') },
    ...{ inserted: by('inserted'), updated: by('updated'), deleted: by('deleted'), databaseBytes: by('databaseBytes') },
    tables: tables.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows),
    cpuSeconds: Object.fromEntries(Object.entries(after.cpuSeconds).map(([part, s]) => [part, s - (before.cpuSeconds[part] ?? 0)])),
  };
}

/** With its children's: each connection of PostgreSQL is a process of its own. */
function cpuOf(pid: number): number {
  const children = childrenOf(pid).reduce((sum, child) => sum + (usageOf(child)?.cpuSeconds ?? 0), 0);
  return (usageOf(pid)?.cpuSeconds ?? 0) + children;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
    return text.split(' ').flatMap((word) => (word.trim() === '' ? [] : [Number(word)]));
  } catch {
    return [];
  }
}

/** All batches that the jobs' records account for: each job writes one stream by one writer, each batch is numbered from 0. */
function committedBatches(dataDir: string): number {
  const list = (folder: string): string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  const jobs = join(dataDir, 'jobs');
  const runs = list(jobs).flatMap((job) => list(join(jobs, job)).map((run) => join(jobs, job, run)));
  return runs.reduce((sum, run) => {
    try {
      return sum + (JSON.parse(readFileSync(join(run, '.writer/intakes-00/record.json'), 'utf8')) as { next: number }).next;
    } catch {
      return sum;
    }
  }, 0);
}
