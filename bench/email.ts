/** The full set of mail by a durable job on disk; and longer seasons, whose worker must not need more and more memory. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { seasonSpec, SEASON_DAYS } from '../src/jobs/email';
import { planOfSpec } from './job';
import { eventsPerSecond, median, type Measured } from './measured';
import { startStack } from './stack';
import { throughTemporal } from './through-temporal';

export interface EmailOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  runs: number;
  say: (line: string) => void;
}

/** The length of each season in those of the full set. */
const LENGTHS = [1, 4, 16];
/** The longest season is over, too: what lies ahead would be waited for. */
const START = '2020-01-01T00:00:00.000Z';
/** As `evergen email` makes a season that is over. */
const WINDOW = 'PT1H';

export async function email({ folder, variables, runs, say }: EmailOptions): Promise<void> {
  const stack = await startStack(folder, variables);
  const measured = new Map<number, Measured[]>(LENGTHS.map((times) => [times * SEASON_DAYS, []]));
  try {
    for (let run = 1; run <= runs; run++) {
      for (const [days, all] of measured) {
        const season = seasonSpec({ days, window: WINDOW }, { start: START, sink: 'disk', seed: 1 });
        all.push(await throughTemporal(stack, planOfSpec(`email-${String(days)}-${String(run)}`, season)));
        say(`  run ${String(run)}: ${row(days, all.at(-1))}`);
        await rm(join(folder, 'jobs'), { recursive: true, force: true });
      }
    }
  } finally {
    await stack.stop();
  }
  say('');
  say('medians, from the request to start until the job has ended:');
  for (const [days, all] of measured) say(row(days, median(all)));
}

function row(days: number, one: Measured | undefined): string {
  if (one === undefined) return '';
  const memory = one.peakRssMb === null ? '-' : `${one.peakRssMb.toFixed(0)} MB at most`;
  const rate = `${Math.round(eventsPerSecond(one) / 1000).toString()} k/s`;
  return `${String(days)} days: ${one.events.toLocaleString('en')} events in ${one.seconds.toFixed(2)} s (${rate}), ${one.cpuSeconds.toFixed(2)} s of CPU, ${memory}`;
}
