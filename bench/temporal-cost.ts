/** What jobs cost beside their data: writes of Temporal's into its database, bytes of that, and CPU of server and worker, between two looks. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { usageOf } from './usage';

export interface Cost {
  /** Requests to the database that change it, by operation: `UpdateWorkflowExecution`, `AppendHistoryNodes`, … */
  readonly writes: ReadonlyMap<string, number>;
  /** Its size. */
  readonly databaseBytes: number;
  /** What the server has had written to disk, log and rewritten pages included. */
  readonly writtenBytes: number;
  /** Seconds, user and system. */
  readonly serverCpu: number;
  readonly workerCpu: number;
}

export interface Watched {
  /** Address of the server's figures for Prometheus. */
  readonly metricsUrl: string;
  /** Where its database is. */
  readonly folder: string;
  readonly server: number;
  readonly worker: number;
}

/** What reads, and what only finds out who else is there. */
const READS = /^(Get|List|Read|Count|Watch|Assert|Initialize|SaveClusterMetadata|UpsertClusterMembership|PruneClusterMembership)/;

/** Since the processes' start. */
export async function look({ metricsUrl, folder, server, worker }: Watched): Promise<Cost> {
  const page = await (await fetch(metricsUrl)).text();
  const writes = new Map<string, number>();
  for (const [, operation = '', count] of page.matchAll(/^persistence_requests\{.*?operation="(\w+)".*?\} (\S+)$/gm))
    if (!READS.test(operation)) writes.set(operation, (writes.get(operation) ?? 0) + Number(count));
  const cpu = (pid: number) => usageOf(pid)?.cpuSeconds ?? Number.NaN;
  return {
    writes,
    databaseBytes: databaseBytes(folder),
    writtenBytes: writtenBytes(server),
    serverCpu: cpu(server),
    workerCpu: cpu(worker),
  };
}

/** From the first look to the second, of each of so many batches. */
export function perBatch(from: Cost, to: Cost, batches: number): string {
  const grown = [...to.writes]
    .map(([operation, count]) => ({ operation, each: (count - (from.writes.get(operation) ?? 0)) / batches }))
    .filter(({ each }) => each >= 0.005)
    .sort((a, b) => b.each - a.each);
  const all = grown.reduce((sum, { each }) => sum + each, 0);
  const bytes = (of: 'databaseBytes' | 'writtenBytes') => `${((to[of] - from[of]) / batches).toFixed(0)} B`;
  const milliseconds = (seconds: number) => `${((seconds / batches) * 1000).toFixed(2)} ms`;
  const most = grown.map(({ operation, each }) => `${operation} ${each.toFixed(2)}`).join(', ');
  return (
    `a batch: ${all.toFixed(2)} writes of Temporal's, ${bytes('databaseBytes')} more of its database (${bytes('writtenBytes')} written), ` +
    `CPU ${milliseconds(to.serverCpu - from.serverCpu)} of the server, ${milliseconds(to.workerCpu - from.workerCpu)} of the worker (${most})`
  );
}

/** The size of the dev server's database with its write-ahead log. */
const databaseBytes = (folder: string): number =>
  ['temporal.db', 'temporal.db-wal'].reduce(
    (bytes, name) => bytes + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

const writtenBytes = (pid: number): number => Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${String(pid)}/io`, 'utf8'))?.[1]);
