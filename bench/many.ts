/** Many jobs at once, or one with many shards: how late they are, what a batch costs, and how soon all go on after a kill of their only worker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from '../src/spec/durations';
import { latenessQuantile, sum } from '../workflows/ledger';
import { goingOn } from './going-on';
import { planOfSpec } from './job';
import { startStack } from './stack';
import { look, perBatch } from './temporal-cost';
import { usageOf } from './usage';

export interface ManyOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  jobs: number;
  /** Of each job. */
  shards: number;
  /** A batch each interval, such as PT2S; or events a second. */
  pace: { readonly every: string } | { readonly rate: number };
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
/** The server's write-ahead log grows in steps: a shorter look would say nothing. */
const SHORTEST_LOOK_S = 10;

export async function many({ folder, variables, jobs, shards, pace, seconds, kill, say }: ManyOptions): Promise<void> {
  if (seconds - jobs / STARTS_A_SECOND - 2 * SETTLED_S < SHORTEST_LOOK_S) throw new Error(tooShort(seconds, jobs));
  const stack = await startStack(folder, variables);
  let worker = await stack.worker(null);
  const names = Array.from({ length: jobs }, (_, i) => `many-${String(i)}`);
  const what = `${String(jobs)} jobs${shards === 1 ? '' : ` of ${String(shards)} shards`} at ${'every' in pace ? pace.every : `${String(pace.rate)}/s`}`;
  try {
    const load = { pace: 'every' in pace ? { ...pace, batch_size: 5 } : pace, for: `${String(seconds)}s` };
    const begun = performance.now();
    for (const [i, name] of names.entries()) {
      await stack.begin(planOfSpec(name, { scenario: 'crisis', sink: 'disk', shards, load }));
      await sleep(Math.max(0, begun + ((i + 1) * 1000) / STARTS_A_SECOND - performance.now()));
    }
    await sleep(SETTLED_S * 1000);
    if (kill) {
      await worker.kill();
      worker = await stack.worker(null);
      say(`${what} after kill -9 of their only worker: ${await goingOn(folder, names)}`);
    } else {
      const watched = { metricsUrl: stack.metricsUrl, folder, server: stack.server, worker: worker.pid };
      const before = await look(watched);
      const from = performance.now();
      // Until the first job ends, however long the starts have taken.
      const steadyS = seconds - SETTLED_S - (from - begun) / 1000;
      if (steadyS < SHORTEST_LOOK_S) throw new Error(tooShort(seconds, jobs));
      await sleep(steadyS * 1000);
      const after = await look(watched);
      const lookedS = (performance.now() - from) / 1000;
      const core = (cpu: 'workerCpu' | 'serverCpu') => ((after[cpu] - before[cpu]) / lookedS).toFixed(2);
      const perHour = ((after.databaseBytes - before.databaseBytes) / lookedS) * 3600;
      say(
        `over ${lookedS.toFixed(0)} s: worker ${core('workerCpu')} core, Temporal dev server ${core('serverCpu')} core, database ${(perHour / 1e6).toFixed(0)} MB an hour`,
      );
      say(perBatch(before, after, jobs * batchesASecond(pace) * lookedS));
    }
    const results = await Promise.all(names.map((name) => stack.result(name)));
    const totals = sum(results.flatMap(({ parts }) => parts.map((part) => part.totals)));
    const late = [0.5, 0.99].map((q) => `p${String(q * 100)} ≤ ${latenessQuantile(totals, q).toFixed(1)} ms`);
    say(
      `${what}: ${late.join(', ')}, max ${totals.latenessMaxMs.toFixed(0)} ms (${String(totals.batches)} batches); worker RSS ${(usageOf(worker.pid)?.peakRssMb ?? 0).toFixed(0)} MB, Temporal dev server ${(usageOf(stack.server)?.rssMb ?? 0).toFixed(0)} MB`,
    );
  } finally {
    await worker.stop();
    await stack.stop();
  }
}

const tooShort = (seconds: number, jobs: number): string =>
  `with --seconds ${String(seconds)} the first of ${String(jobs)} jobs ends before all have been looked at for ${String(SHORTEST_LOOK_S)} s`;

/** As many as the schedule makes: above 10 events a second a batch is a window of 100 ms. */
function batchesASecond(pace: ManyOptions['pace']): number {
  if ('rate' in pace) return Math.min(pace.rate, 10);
  const us = parseDuration(pace.every);
  if (us === undefined) throw new Error(`--every must be a duration such as PT2S or 1m, not ${pace.every}`);
  return 1e6 / us;
}
