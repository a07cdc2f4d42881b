/** The http sink through Temporal beside a plain undici loop, against one receiver that answers and forgets: in turns, each in a fresh process. */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../src/config/package-root';
import { unpacedPlan } from './job';
import { eventsPerSecond, median, type Measured } from './measured';
import { startStack } from './stack';
import { throughTemporal } from './through-temporal';
import type { ThroughputOptions } from './throughput';

/** Of the sink, and of the loop. */
const CONCURRENCY = 32;

export async function http({ events, runs, folder, profiles, variables, say }: ThroughputOptions): Promise<void> {
  const receiver = fork(join(packageRoot(), 'dist/bench/null-receiver.js'));
  const [port] = (await once(receiver, 'message')) as [number];
  const url = `http://127.0.0.1:${String(port)}/ingest`;
  const stack = await startStack(folder, variables);
  const measured: { loop: Measured[]; sink: Measured[] } = { loop: [], sink: [] };
  try {
    for (let run = 1; run <= runs; run++) {
      measured.loop.push(await loop(url, events));
      const sink = { name: 'http', url, concurrency: CONCURRENCY };
      measured.sink.push(await throughTemporal(stack, unpacedPlan(`bench-${String(run)}`, sink, events), { profiles }));
      for (const name of ['loop', 'sink'] as const) say(`  run ${String(run)}: ${row(name, measured[name].at(-1))}`);
    }
  } finally {
    await stack.stop();
    receiver.disconnect();
  }
  const [plain, through] = [median(measured.loop), median(measured.sink)];
  say('');
  say(
    `median: the sink through Temporal makes ${((eventsPerSecond(through) / eventsPerSecond(plain)) * 100).toFixed(0)} % of the plain loop`,
  );
  for (const [name, one] of [
    ['loop', plain],
    ['sink', through],
  ] as const)
    say(row(name, one));
}

const row = (name: string, one: Measured | undefined): string =>
  one === undefined
    ? ''
    : `${name.padEnd(6)}${Math.round(eventsPerSecond(one)).toLocaleString('en').padStart(10)} requests/s${one.seconds.toFixed(2).padStart(9)} s${one.cpuSeconds.toFixed(2).padStart(9)} CPU s`;

async function loop(url: string, events: number): Promise<Measured> {
  const script = join(packageRoot(), 'dist/bench/http-loop.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, String(events), String(CONCURRENCY)]);
  return JSON.parse(stdout) as Measured;
}
