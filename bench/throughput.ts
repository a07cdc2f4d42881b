/** Bare loop to nowhere, bare loop to disk, and the same job through Temporal to disk: in turns, so that a slow minute of the machine hits all three. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../src/config/package-root';
import { unpacedPlan } from './job';
import { eventsPerSecond, fastest, median, megabytesPerSecond, type Measured } from './measured';
import { startStack } from './stack';
import { throughTemporal } from './through-temporal';

export interface ThroughputOptions {
  events: number;
  runs: number;
  /** Folder that everything is written to; emptied between runs. */
  folder: string;
  profiles: string | null;
  variables: NodeJS.ProcessEnv;
  say: (line: string) => void;
}

const CASES = { drop: 'bare loop, drop', disk: 'bare loop, disk', temporal: 'through Temporal, disk' } as const;
type Case = keyof typeof CASES;

export async function throughput({ events, runs, folder, profiles, variables, say }: ThroughputOptions): Promise<void> {
  say(`crisis, ${events.toLocaleString('en')} events a run, ${String(runs)} runs, each in a fresh process`);
  const measured: Record<Case, Measured[]> = { drop: [], disk: [], temporal: [] };
  const stack = await startStack(folder, variables);
  try {
    for (let run = 1; run <= runs; run++) {
      const cases: Record<Case, () => Promise<Measured>> = {
        drop: () => bare('drop', events, join(folder, 'bare')),
        disk: () => bare('disk', events, join(folder, 'bare')),
        temporal: () => throughTemporal(stack, unpacedPlan(`bench-${String(run)}`, 'disk', events), { profiles }),
      };
      for (const name of ['drop', 'disk', 'temporal'] as const) {
        const one = await cases[name]();
        if (one.events !== events) throw new Error(`${CASES[name]} made ${String(one.events)} events, not ${String(events)}`);
        measured[name].push(one);
        say(`  run ${String(run)}: ${row(name, one)}`);
        for (const made of ['bare', 'jobs']) await rm(join(folder, made), { recursive: true, force: true });
      }
    }
  } finally {
    await stack.stop();
  }
  report(measured, say);
}

function report(measured: Record<Case, readonly Measured[]>, say: (line: string) => void): void {
  for (const [title, choose] of Object.entries({ median, fastest })) {
    const [drop, disk, temporal] = [choose(measured.drop), choose(measured.disk), choose(measured.temporal)];
    const percent = (of: Measured) => `${((eventsPerSecond(temporal) / eventsPerSecond(of)) * 100).toFixed(0)} %`;
    say('');
    say(`${title}: through Temporal, ${percent(disk)} of the bare loop to disk, ${percent(drop)} of the bare loop to nowhere`);
    say(' '.repeat(24) + ['events/s', 'MB/s', 'seconds', 'CPU s', 'peak RSS'].map((column) => column.padStart(12)).join(''));
    for (const [name, one] of Object.entries({ drop, disk, temporal }) as [Case, Measured][]) say(row(name, one));
  }
}

const row = (name: Case, one: Measured): string =>
  CASES[name].padEnd(24) +
  [
    Math.round(eventsPerSecond(one)).toLocaleString('en'),
    megabytesPerSecond(one).toFixed(0),
    one.seconds.toFixed(2),
    one.cpuSeconds.toFixed(2),
    one.peakRssMb === null ? '-' : `${one.peakRssMb.toFixed(0)} MB`,
  ]
    .map((cell) => cell.padStart(12))
    .join('');

/** The process starts fresh, as the worker does: its compiler is as cold. */
export async function bare(sink: string, events: number, folder: string): Promise<Measured> {
  const script = join(packageRoot(), 'dist/bench/bare.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, sink, String(events), folder]);
  return JSON.parse(stdout) as Measured;
}
