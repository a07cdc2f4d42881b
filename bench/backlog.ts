/** An hour of backlog at 50 events a second, made up for on disk, then live: how soon, and how late the live batches are. */
import { setTimeout as sleep } from 'node:timers/promises';
import { latenessQuantile, sum, type Totals } from '../workflows/ledger';
import { plan } from './job';
import { startStack } from './stack';

export interface BacklogOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  /** Of live load after the backlog. */
  seconds: number;
  say: (line: string) => void;
}

const HOUR_S = 3600;
const RATE = 50;

export async function backlog({ folder, variables, seconds, say }: BacklogOptions): Promise<void> {
  const stack = await startStack(folder, variables);
  const worker = await stack.worker(null);
  try {
    const start = new Date(Date.now() - HOUR_S * 1000).toISOString();
    const from = Date.now();
    await stack.begin(plan('backlog', 'disk', { pace: { rate: RATE }, for: `${String(HOUR_S + seconds)}s`, start }));
    let caughtUp: { afterMs: number; totals: Totals } | null = null;
    while (caughtUp === null) {
      await sleep(100);
      const { status } = await stack.jobs.get('backlog');
      const totals = sum(status.parts.map((part) => part.totals));
      const due = Math.floor(((Date.now() - Date.parse(start)) / 1000) * RATE);
      if (totals.emitted >= due - RATE) caughtUp = { afterMs: Date.now() - from, totals };
    }
    const { state, parts } = await stack.result('backlog');
    const all = sum(parts.map((part) => part.totals));
    // The live batches alone: what was late by more than a second at the end of the backlog is the backlog.
    const live: Totals = { ...all, lateness: all.lateness.map((n, i) => n - (caughtUp.totals.lateness[i] ?? 0)), latenessMaxMs: Infinity };
    say(
      `an hour at ${String(RATE)}/s (${String(HOUR_S * RATE)} events) on disk after ${(caughtUp.afterMs / 1000).toFixed(1)} s; then live, p99 ≤ ${latenessQuantile(live, 0.99).toFixed(0)} ms (${state}, ${String(all.emitted)} events)`,
    );
  } finally {
    await worker.stop();
    await stack.stop();
  }
}
