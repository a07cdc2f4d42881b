/** What the facade costs, and how soon it answers: a hundred watchers on one paced job, then status requests while a bulk job takes the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, requestsAtRate } from './open-loop';
import { plan, unpacedPlan } from './job';
import { startStack, type BenchProcess } from './stack';
import { usageOf } from './usage';
import { watch } from './watchers';

export interface FacadeOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  /** Of each of the two measurements. */
  seconds: number;
  say: (line: string) => void;
}

const WATCHERS = 100;
const REQUESTS_A_SECOND = 200;
/** More than any machine writes in the time that is measured; the job is stopped then. */
const BULK_EVENTS = 1_000_000_000;
const SETTLED_MS = 2_000;

export async function facade({ folder, variables, seconds, say }: FacadeOptions): Promise<void> {
  const stack = await startStack(folder, variables);
  const processes: BenchProcess[] = [];
  try {
    const worker = await stack.worker(null);
    processes.push(worker);
    const { base, ...served } = await stack.facade();
    processes.push(served);
    await stack.begin(plan('paced', 'disk', { pace: { rate: 50 } }));
    const idle = await costOf(served, seconds);
    const watchers = await Promise.all(Array.from({ length: WATCHERS }, () => watch(`${base}/jobs/paced/live`)));
    await sleep(SETTLED_MS);
    const before = watchers.map(({ events }) => events);
    const watched = await costOf(served, seconds);
    const seen = watchers.map(({ events }, i) => (events - (before[i] ?? 0)) / seconds);
    for (const { end } of watchers) end();
    say(
      `${String(WATCHERS)} watchers on a job of 50 events/s: facade ${percent(watched)} of a core (without them ${percent(idle)}), each shown ${Math.min(...seen).toFixed(1)} to ${Math.max(...seen).toFixed(1)} events a second, over ${String(seconds)} s`,
    );
    await stack.jobs.stop('paced', 'bench');

    await stack.begin(unpacedPlan('bulk', 'disk', BULK_EVENTS));
    await sleep(SETTLED_MS);
    const [from, cpu] = [await emitted(base), usageOf(served.pid)?.cpuSeconds ?? 0];
    const { latenciesMs, failures } = await requestsAtRate(`${base}/jobs/bulk`, REQUESTS_A_SECOND, seconds);
    const cores = ((usageOf(served.pid)?.cpuSeconds ?? 0) - cpu) / seconds;
    const made = ((await emitted(base)) - from) / seconds;
    await stack.jobs.stop('bulk', 'bench');
    const [p50, p99] = [0.5, 0.99].map((q) => `p${String(q * 100)} ${quantile(latenciesMs, q).toFixed(1)} ms`);
    say(
      `${String(REQUESTS_A_SECOND)} status requests/s over ${String(seconds)} s beside a bulk job of ${Math.round(made / 1000).toLocaleString('en')} k events/s to disk: ${String(p50)}, ${String(p99)}, max ${quantile(latenciesMs, 1).toFixed(1)} ms from the instant at which each was due, ${String(failures)} failed; facade ${percent(cores)} of a core`,
    );
  } finally {
    for (const process of processes.reverse()) await process.stop();
    await stack.stop();
  }
}

/** Cores of a process over the next seconds. */
async function costOf({ pid }: BenchProcess, seconds: number): Promise<number> {
  const before = usageOf(pid)?.cpuSeconds ?? 0;
  await sleep(seconds * 1000);
  return ((usageOf(pid)?.cpuSeconds ?? 0) - before) / seconds;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

async function emitted(base: string): Promise<number> {
  const { totals } = (await (await fetch(`${base}/jobs/bulk`)).json()) as { totals: { emitted: number } };
  return totals.emitted;
}
