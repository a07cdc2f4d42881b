/** Many jobs at once, each with a batch every two seconds: how late they are, what they cost, and how soon all go on after a kill of their only worker. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { latenessQuantile, sum } from '../workflows/ledger';
import { plan } from './job';
import { startStack } from './stack';
import { usageOf } from './usage';

export interface ManyOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  jobs: number;
  /** Measured time of each job. */
  seconds: number;
  /** The worker is killed in the middle, and a successor started. */
  kill: boolean;
  say: (line: string) => void;
}

/** Starts a second: as many as a facade would be asked for; three hundred in one instant would measure the start alone. */
const STARTS_A_SECOND = 20;
/** Between the last start and the first look, and before the first job ends and the last one. */
const SETTLED_S = 5;

export async function many({ folder, variables, jobs, seconds, kill, say }: ManyOptions): Promise<void> {
  // While all jobs run: the server's write-ahead log grows in steps, so a short look at it would say nothing.
  const steadyS = Math.floor(seconds - jobs / STARTS_A_SECOND - 2 * SETTLED_S);
  if (steadyS < 1)
    throw new Error(`with --seconds ${String(seconds)} the first of ${String(jobs)} jobs ends before all have been looked at`);
  const stack = await startStack(folder, variables);
  let worker = await stack.worker(null);
  const names = Array.from({ length: jobs }, (_, i) => `many-${String(i)}`);
  try {
    const load = { pace: { every: 'PT2S', batch_size: 5 }, for: `${String(seconds)}s` };
    for (const name of names) {
      await stack.begin(plan(name, 'disk', load));
      await sleep(1000 / STARTS_A_SECOND);
    }
    await sleep(SETTLED_S * 1000);
    if (kill) {
      await worker.kill();
      worker = await stack.worker(null);
      say(`${String(jobs)} jobs after kill -9 of their only worker: ${await goingOn(folder, names)}`);
    } else {
      const before = { worker: usageOf(worker.pid), server: usageOf(stack.server), bytes: databaseBytes(folder) };
      await sleep(steadyS * 1000);
      const core = (pid: number, then: { cpuSeconds: number } | null) =>
        (((usageOf(pid)?.cpuSeconds ?? 0) - (then?.cpuSeconds ?? 0)) / steadyS).toFixed(2);
      const perHour = ((databaseBytes(folder) - before.bytes) / steadyS) * 3600;
      say(
        `over ${String(steadyS)} s: worker ${core(worker.pid, before.worker)} core, Temporal dev server ${core(stack.server, before.server)} core, database ${(perHour / 1e6).toFixed(0)} MB an hour`,
      );
    }
    const results = await Promise.all(names.map((name) => stack.result(name)));
    const totals = sum(results.flatMap(({ parts }) => parts.map((part) => part.totals)));
    const late = [0.5, 0.99].map((q) => `p${String(q * 100)} ≤ ${latenessQuantile(totals, q).toFixed(1)} ms`);
    say(
      `${String(jobs)} jobs at PT2S: ${late.join(', ')}, max ${totals.latenessMaxMs.toFixed(0)} ms (${String(totals.batches)} batches); worker RSS ${(usageOf(worker.pid)?.peakRssMb ?? 0).toFixed(0)} MB`,
    );
  } finally {
    await worker.stop();
    await stack.stop();
  }
}

/** The size of the dev server's database with its write-ahead log. */
const databaseBytes = (folder: string) =>
  ['temporal.db', 'temporal.db-wal'].reduce(
    (bytes, name) => bytes + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

/** Waits until every job has committed more than it has now. */
async function goingOn(folder: string, names: readonly string[]): Promise<string> {
  const from = Date.now();
  const before = names.map((name) => committed(folder, name));
  const waits: number[] = [];
  let left = names.map((name, i) => ({ name, next: before[i] ?? 0 }));
  while (left.length > 0 && Date.now() - from < 120_000) {
    await sleep(50);
    const still = left.filter(({ name, next }) => committed(folder, name) <= next);
    waits.push(...Array.from({ length: left.length - still.length }, () => Date.now() - from));
    left = still;
  }
  const missing = left.length === 0 ? '' : `, ${String(left.length)} not within 2 minutes`;
  return `half of them go on after ${String(waits[Math.floor(waits.length / 2)] ?? 0)} ms, the last after ${String(waits.at(-1) ?? 0)} ms of the successor's first poll${missing}`;
}

function committed(folder: string, job: string): number {
  const [run = ''] = readdirSync(join(folder, 'jobs', job));
  const record = readFileSync(join(folder, 'jobs', job, run, '.writer/intakes-00/record.json'), 'utf8');
  return (JSON.parse(record) as { next: number }).next;
}
