/** How late batches are: two paced jobs side by side on one worker, one of them with a batch every two seconds, the other with 20 events a second. */
import { latenessQuantile, sum } from '../workflows/ledger';
import { plan } from './job';
import { startStack } from './stack';
import { usageOf } from './usage';

export interface LatenessOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  /** Of both jobs, default two minutes. */
  seconds: number;
  say: (line: string) => void;
}

export async function lateness({ folder, variables, seconds, say }: LatenessOptions): Promise<void> {
  const jobs = {
    'every-2s': {
      title: `a batch every PT2S, ${String(seconds / 2)} batches`,
      load: { pace: { every: 'PT2S', batch_size: 15 }, batches: seconds / 2 },
    },
    'rate-20': { title: `20 events/s for ${String(seconds)} s`, load: { pace: { rate: 20 }, for: `${String(seconds)}s` } },
  };
  const stack = await startStack(folder, variables);
  const worker = await stack.worker(null);
  try {
    const before = { worker: usageOf(worker.pid), server: usageOf(stack.server) };
    for (const [name, { load }] of Object.entries(jobs)) await stack.jobs.start(plan(name, 'disk', load));
    for (const [name, { title }] of Object.entries(jobs)) {
      const { state, parts } = await stack.result(name);
      const totals = sum(parts.map((part) => part.totals));
      const late = [0.5, 0.99].map((q) => `p${String(q * 100)} ≤ ${latenessQuantile(totals, q).toFixed(1)} ms`);
      say(
        `${title}: ${late.join(', ')}, max ${totals.latenessMaxMs.toFixed(1)} ms (${String(totals.batches)} batches, ${String(totals.emitted)} events, ${state})`,
      );
    }
    const core = (now: { cpuSeconds: number } | null, then: { cpuSeconds: number } | null) =>
      `${((((now?.cpuSeconds ?? 0) - (then?.cpuSeconds ?? 0)) / seconds) * 100).toFixed(1)} % of a core`;
    say(`worker ${core(usageOf(worker.pid), before.worker)}, Temporal dev server ${core(usageOf(stack.server), before.server)}`);
  } finally {
    await worker.stop();
    await stack.stop();
  }
}
