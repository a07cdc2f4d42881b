/** What the facade costs, and how soon it answers: a hundred watchers on one paced job, then status requests while a bulk job takes the machine. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../src/config/package-root';
import { plan, unpacedPlan } from './job';
import { quantile, requestsAtRate, type Answered } from './open-loop';
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
  const receiver = fork(join(packageRoot(), 'dist/bench/null-receiver.js'));
  const [port] = (await once(receiver, 'message')) as [number];
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
    const [status, bare] = await Promise.all([
      requestsAtRate(`${base}/jobs/bulk`, REQUESTS_A_SECOND, seconds),
      requestsAtRate(`http://127.0.0.1:${String(port)}/`, REQUESTS_A_SECOND, seconds),
    ]);
    const cores = ((usageOf(served.pid)?.cpuSeconds ?? 0) - cpu) / seconds;
    const made = ((await emitted(base)) - from) / seconds;
    await stack.jobs.stop('bulk', 'bench');
    say(
      `${String(REQUESTS_A_SECOND)} status requests/s over ${String(seconds)} s beside a bulk job of ${Math.round(made / 1000).toLocaleString('en')} k events/s to disk: ${told(status)}; facade ${percent(cores)} of a core`,
    );
    say(`as many to a server that does nothing, in the same seconds: ${told(bare)}`);
  } finally {
    for (const process of processes.reverse()) await process.stop();
    receiver.disconnect();
    await stack.stop();
  }
}

/** From the instant at which each request was due. */
function told({ latenciesMs, failures }: Answered): string {
  const [p50, p99, max] = [0.5, 0.99, 1].map((q) => `${quantile(latenciesMs, q).toFixed(1)} ms`);
  return `p50 ${String(p50)}, p99 ${String(p99)}, max ${String(max)}, ${String(failures)} failed`;
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
