/** A job as its users have it: from the request to start until it has ended, with settle, heartbeats, checksums and manifest. */
import { sum } from '../workflows/ledger';
import type { Plan } from '../workflows/messages';
import type { Measured } from './measured';
import type { Stack } from './stack';
import { usageOf } from './usage';

export interface Workers {
  /** Folder for CPU profiles of the workers; null: none. */
  profiles?: string | null;
  /** Processes, each fresh: its compiler is as cold as those of the cases beside it. */
  workers?: number;
}

/**
 * CPU seconds are those of all workers, the peak that of the largest one.
 * @throws Error when the job does not complete
 */
export async function throughTemporal(stack: Stack, plan: Plan, { profiles = null, workers = 1 }: Workers = {}): Promise<Measured> {
  const started = await Promise.all(Array.from({ length: workers }, () => stack.worker(profiles)));
  const usage = () => started.map(({ pid }) => usageOf(pid));
  const cpu = (of: ReturnType<typeof usage>) => of.reduce((all, one) => all + (one?.cpuSeconds ?? Number.NaN), 0);
  try {
    const before = usage();
    const began = performance.now();
    await stack.jobs.start(plan);
    const { state, reason, parts } = await stack.result(plan.job);
    const seconds = (performance.now() - began) / 1000;
    if (state !== 'completed') throw new Error(`the job is ${state}: ${reason ?? ''}`);
    const after = usage();
    const totals = sum(parts.map((part) => part.totals));
    const peaks = after.flatMap((one) => (one === null ? [] : [one.peakRssMb]));
    return {
      events: totals.emitted,
      bytes: totals.bytes,
      seconds,
      cpuSeconds: cpu(after) - cpu(before),
      peakRssMb: peaks.length === 0 ? null : Math.max(...peaks),
    };
  } finally {
    for (const worker of started) await worker.stop();
  }
}
