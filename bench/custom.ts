/** crisis beside the same events declared as plain data: two fills in one process, taking turns, CPU time a round. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/config/package-root';
import { BatchBuffer } from '../src/fields/batch-buffer';
import { scenarios } from '../src/scenarios';
import type { Fill } from '../src/scenarios/scenario';
import { loadSpec } from '../src/spec/load';

const BATCH = 10_000;
const identity = { seed: 42, startUs: 1_767_225_600_000_000 };

/** @param runs rounds; each makes `events` events of either */
export function custom({ events, runs, say }: { events: number; runs: number; say: (line: string) => void }): void {
  const file = 'examples/crisis-in-data.yaml';
  const { scenario } = loadSpec(readFileSync(join(packageRoot(), file), 'utf8'), file);
  const fills = [fillOf('crisis', {}), fillOf('custom', scenario.options)] as const;
  // Each goes first in every second round; the first round warms the compiler up and is not counted.
  const rounds = Array.from({ length: runs + 1 }, (_, round) => inTurn(round, fills, (fill) => secondsOf(fill, events))).slice(1);
  for (const [i, name] of ['crisis', 'as data'].entries()) {
    const seconds = median(rounds.map((round) => round[i] ?? NaN));
    say(`${name.padEnd(8)} ${Math.round(events / seconds / 1000).toLocaleString('en')} k events a CPU second`);
  }
  const ratios = rounds.map(([code = NaN, data = NaN]) => data / code);
  say(`data / code, CPU time a round: ${ratios.map((ratio) => ratio.toFixed(3)).join(', ')}; median ${median(ratios).toFixed(3)}`);
}

/** The answers in the order of `all`, which is gone through from either end. */
function inTurn<T>(round: number, all: readonly T[], act: (one: T) => number): number[] {
  return round % 2 === 0 ? all.map(act) : all.toReversed().map(act).toReversed();
}

function fillOf(name: string, options: Readonly<Record<string, unknown>>): Fill {
  const [stream] = scenarios.get(name).streams(options, identity);
  if (stream === undefined) throw new Error(`${name} has no stream`);
  return stream.fill;
}

/** CPU time of this process, user and system. */
function secondsOf(fill: Fill, events: number): number {
  const out = new BatchBuffer();
  const began = process.cpuUsage();
  for (let batch = 0; batch * BATCH < events; batch++) {
    const dueUs = identity.startUs + batch * BATCH * 1000;
    const address = { identity, stream: 'intakes', batch, events: BATCH, firstEvent: batch * BATCH, dueUs, schedules: {} };
    out.reset();
    const slices = fill({ ...address, timeUs: (i) => dueUs + i * 1000 }, out);
    while (slices.next().done !== true);
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
