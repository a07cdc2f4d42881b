/** Bulk to disk beside the limit of the disk and beside other generators that write such events to a file: in turns, each in a fresh process. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../src/config/package-root';
import { shardedPlan, unpacedPlan } from './job';
import { eventsPerSecond, median, megabytesPerSecond, type Measured } from './measured';
import { findBenthos } from './peers/benthos';
import { measurePeer, run, type Peer } from './peers/peer';
import { findPython, findPythonFaker } from './peers/python';
import { startStack } from './stack';
import { throughTemporal } from './through-temporal';
import { bare, type ThroughputOptions } from './throughput';

interface Case {
  readonly title: string;
  measure(round: number): Promise<Measured>;
}

/** Of the second case of evergen's: as many as the smallest machine that this is run on has cores. */
const WORKERS = 2;

export async function disk({ events, runs, folder, profiles, variables, say }: ThroughputOptions): Promise<void> {
  const found = [fakerInNode, await findBenthos(variables, say), await findPython(), await findPythonFaker(folder, variables)];
  for (const missing of found) if (typeof missing === 'string') say(missing);
  const file = join(folder, 'peer');
  const peers = found.flatMap((peer) => (typeof peer === 'string' ? [] : [caseOf(peer, events, file)]));
  const stack = await startStack(folder, variables);
  const one: Case = {
    title: 'evergen, one worker',
    measure: (round) => throughTemporal(stack, unpacedPlan(`one-${String(round)}`, 'disk', events), { profiles }),
  };
  const two: Case = {
    title: `evergen, ${String(WORKERS)} shards on ${String(WORKERS)} workers`,
    measure: (round) => throughTemporal(stack, shardedPlan(`two-${String(round)}`, 'disk', events, WORKERS), { workers: WORKERS }),
  };
  const memory: Case = { title: 'evergen, made and forgotten', measure: () => bare('drop', events, folder) };
  // As many bytes as evergen has written in this round.
  const dd: Case = { title: 'dd with fsync, zeros', measure: () => zeros(file, measured.get(one)?.at(-1)?.bytes ?? 0) };
  const cases = [memory, one, two, dd, ...peers];
  const measured = new Map<Case, Measured[]>(cases.map((each) => [each, []]));
  try {
    for (let round = 1; round <= runs; round++) {
      for (const each of cases) {
        const result = await each.measure(round);
        measured.get(each)?.push(result);
        say(`  round ${String(round)}: ${row(each, result)}`);
        await rm(join(folder, 'jobs'), { recursive: true, force: true });
        // What one has left in the system's memory is not for the next one to write.
        await promisify(execFile)('sync', ['-f', folder]);
      }
    }
  } finally {
    await stack.stop();
  }
  const medians = new Map([...measured].map(([each, all]) => [each, median(all)]));
  report({ one, two, dd, memory, peers }, (each) => medians.get(each) ?? never(each), say);
}

interface Cases extends Record<'one' | 'two' | 'dd' | 'memory', Case> {
  readonly peers: readonly Case[];
}

function report({ one, two, dd, memory, peers }: Cases, of: (one: Case) => Measured, say: (line: string) => void): void {
  const percent = (a: Case, b: Case) => `${((megabytesPerSecond(of(a)) / megabytesPerSecond(of(b))) * 100).toFixed(0)} %`;
  const times = (a: Case, b: Case) => `${(eventsPerSecond(of(a)) / eventsPerSecond(of(b))).toFixed(1)} ×`;
  say('');
  say(`medians, bytes a second: ${one.title}, ${percent(one, dd)} of ${dd.title}; ${two.title}, ${percent(two, dd)}`);
  say(`of what it makes and forgets in one process: ${one.title}, ${percent(one, memory)}; that itself is ${percent(memory, dd)} of dd`);
  for (const peer of peers) say(`events a second: ${one.title}, ${times(one, peer)} ${peer.title}; ${two.title}, ${times(two, peer)}`);
  say('');
  say(' '.repeat(40) + ['events/s', 'MB/s', 'B/event', 'CPU µs/ev', 'seconds', 'peak RSS'].map((column) => column.padStart(11)).join(''));
  for (const each of [memory, one, two, dd, ...peers]) say(row(each, of(each)));
}

function row({ title }: Case, one: Measured): string {
  const cells = [
    Number.isNaN(one.events) ? '-' : Math.round(eventsPerSecond(one)).toLocaleString('en'),
    megabytesPerSecond(one).toFixed(0),
    Number.isNaN(one.events) ? '-' : (one.bytes / one.events).toFixed(0),
    Number.isNaN(one.events) ? '-' : ((one.cpuSeconds / one.events) * 1e6).toFixed(2),
    one.seconds.toFixed(2),
    one.peakRssMb === null ? '-' : `${one.peakRssMb.toFixed(0)} MB`,
  ];
  return title.padEnd(40) + cells.map((cell) => cell.padStart(11)).join('');
}

const fakerInNode: Peer = {
  title: 'faker in Node, JSON.stringify',
  share: 1 / 20,
  command: (events, file) => ({
    program: process.execPath,
    args: [join(packageRoot(), 'dist/bench/peers/faker.js'), String(events), file],
  }),
};

const caseOf = (peer: Peer, events: number, file: string): Case => ({
  title: peer.title,
  measure: () => measurePeer(peer, Math.max(1, Math.round(events * peer.share)), file),
});

async function zeros(file: string, bytes: number): Promise<Measured> {
  const args = ['if=/dev/zero', `of=${file}`, 'bs=1M', 'iflag=count_bytes', `count=${String(bytes)}`, 'conv=fsync'];
  const ran = await run({ program: 'dd', args });
  await rm(file);
  return { events: Number.NaN, bytes, ...ran };
}

function never({ title }: Case): never {
  throw new Error(`${title} was not measured`);
}
