/** The emulated fleet as its users run it, for an hour: how late its batches are, what it costs, whether its memory grows, and how much disk it takes. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../src/config/package-root';
import { trendOf } from './trend';
import { usageOf } from './usage';

export interface FleetHourOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  /** Measured time, from when the stack is up. */
  seconds: number;
  say: (line: string) => void;
}

/** The configuration of the seed's quick start, at half its interval. */
const INTERVAL_S = 5;
const CONFIG = `seed: 42
emulated_mode:
  enabled: true
  company_batch_interval: PT${String(INTERVAL_S)}S
  driver_batch_interval: PT${String(INTERVAL_S)}S
  companies_per_batch: 10
  events_per_batch_min: 5
  events_per_batch_max: 20
quality_injection:
  enabled: true
  corruption_rate: 0.3
`;
/** What the seed expects of an hour at PT10S: 720 batches, about 200 MB, below 10 % of a core. */
const SEED = { batches: 720, megabytes: 200 };
const SAMPLE_S = 5;
/** Left out of the trend: a process that has just started grows. At most five minutes, of a short run a quarter. */
const WARM_UP_S = 300;

const PARTS = { worker: 'worker', facade: 'facade', temporal: 'Temporal dev server' } as const;
type Part = keyof typeof PARTS;
type Sample = { atS: number } & Record<Part, { cpuSeconds: number; rssMb: number }>;

export async function fleetHour({ folder, variables, seconds, say }: FleetHourOptions): Promise<void> {
  const dataDir = join(folder, 'data');
  const ports = { EVERGEN_PORT: 'off', CRISIS_PORT: 'off', FLEET_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: 'off' };
  const env = { ...variables, ...ports, DATA_DIR: dataDir };
  const evergen = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(packageRoot(), 'dist/src/cli/main.js'), ...args], { env, cwd: folder });
  await mkdir(join(folder, 'src/config'), { recursive: true });
  await writeFile(join(folder, 'src/config/config.active.yaml'), CONFIG);
  await evergen('up', '-d');
  try {
    const { parts, addresses } = JSON.parse(await readFile(join(dataDir, 'run/up.json'), 'utf8')) as {
      parts: Record<Part, string>;
      addresses: { fleet: string };
    };
    const pids = Object.fromEntries(Object.entries(parts).map(([part, identity]) => [part, parseInt(identity)])) as Record<Part, number>;
    const samples = await sampled(pids, seconds);
    // Paused, so that nothing is half done when the files are counted.
    await fetch(`${addresses.fleet}/pause`, { method: 'POST' });
    await sleep(1000);
    await report(dataDir, samples, say);
  } finally {
    await evergen('down');
  }
}

async function sampled(pids: Readonly<Record<Part, number>>, seconds: number): Promise<Sample[]> {
  const from = performance.now();
  const samples: Sample[] = [];
  for (let i = 0; i * SAMPLE_S <= seconds; i++) {
    await sleep(Math.max(0, from + i * SAMPLE_S * 1000 - performance.now()));
    const usage = (part: Part) => usageOf(pids[part]) ?? ended(PARTS[part]);
    const atS = (performance.now() - from) / 1000;
    samples.push({ atS, worker: usage('worker'), facade: usage('facade'), temporal: usage('temporal') });
  }
  return samples;
}

function ended(part: string): never {
  throw new Error(`the ${part} has ended in the middle, or there is no /proc here`);
}

async function report(dataDir: string, samples: readonly Sample[], say: (line: string) => void): Promise<void> {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  const spanS = last.atS - first.atS;
  const { late, records } = await batchesIn(join(dataDir, 'raw/events'));
  say(`${(spanS / 60).toFixed(1)} min at PT${String(INTERVAL_S)}S: ${String(late.written.length)} batches, ${String(records)} records`);
  say(`folder in place after its due instant: ${quantiles(late.placed)}; of this until the write began: ${quantiles(late.written)}`);
  const settled = samples.filter(({ atS }) => atS >= Math.min(WARM_UP_S, spanS / 4));
  for (const part of Object.keys(PARTS) as Part[]) {
    const cpu = ((last[part].cpuSeconds - first[part].cpuSeconds) / spanS) * 100;
    const { slope, slopeError, scatter } = memoryTrend(settled, part);
    const later = memoryTrend(settled.slice(Math.floor(settled.length / 2)), part);
    const memory = `${first[part].rssMb.toFixed(0)} MB at the start, ${last[part].rssMb.toFixed(0)} MB at the end`;
    say(
      `${PARTS[part]}: ${cpu.toFixed(1)} % of a core; RSS ${memory}, slope ${slope.toFixed(1)} ± ${slopeError.toFixed(1)} MB/h (${String(settled.length)} samples, ${scatter.toFixed(1)} MB around the line), of the second half ${later.slope.toFixed(1)} ± ${later.slopeError.toFixed(1)} MB/h`,
    );
  }
  const perHour = (bytes: number) => `${(((bytes / spanS) * 3600) / 1e6).toFixed(1)} MB`;
  const files = await diskUse(dataDir, ['raw', 'manifests']);
  const batchKb = files.allocated / late.written.length / 1e3;
  say(
    `disk an hour: ${perHour(files.bytes)} in files, ${perHour(files.allocated)} with the blocks and folders that they take (${batchKb.toFixed(1)} kB a batch)`,
  );
  say(
    `at the seed's ${String(SEED.batches)} batches an hour: ${((batchKb * SEED.batches) / 1e3).toFixed(1)} MB, where its table says about ${String(SEED.megabytes)} MB`,
  );
  const other = await diskUse(dataDir, ['temporal.db', 'temporal.db-wal', 'logs', 'jobs']);
  say(`beside it Temporal's database, process logs and the job's record: ${(other.allocated / 1e6).toFixed(1)} MB`);
}

/** In MB an hour. */
const memoryTrend = (samples: readonly Sample[], part: Part) =>
  trendOf(samples.map((sample) => ({ x: sample.atS / 3600, y: sample[part].rssMb })));

/** Lateness in ms of every batch, by what its metadata says and by the file system's own note of the rename. */
async function batchesIn(events: string) {
  const late = { written: [] as number[], placed: [] as number[] };
  let records = 0;
  for (const name of await readdir(events)) {
    const meta = JSON.parse(await readFile(join(events, name, 'batch_meta.json'), 'utf8')) as {
      scheduled_at: string;
      committed_at: string;
      record_count: number;
    };
    const due = Date.parse(meta.scheduled_at);
    late.written.push(Date.parse(meta.committed_at) - due);
    late.placed.push((await stat(join(events, name))).ctimeMs - due);
    records += meta.record_count;
  }
  return { late, records };
}

function quantiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => (sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}

/** Of files and folders below these, where they are there. */
async function diskUse(folder: string, names: readonly string[]): Promise<{ bytes: number; allocated: number }> {
  const sum = { bytes: 0, allocated: 0 };
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    sum.allocated += found.blocks * 512;
    if (!found.isDirectory()) sum.bytes += found.size;
    else {
      const below = await diskUse(path, await readdir(path));
      sum.bytes += below.bytes;
      sum.allocated += below.allocated;
    }
  }
  return sum;
}
