/** `npm run bench [-- [NAME] [--events N] [--runs N] [--seconds N] [--jobs N] [--shards N] [--every PT2S | --rate N] [--kill] [--for PT1H] [--profile FOLDER]]`; `README.md` says what the figures mean. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '../src/spec/durations';
import { backlog } from './backlog';
import { custom } from './custom';
import { disk } from './disk';
import { email } from './email';
import { facade } from './facade';
import { fleetHour } from './fleet-hour';
import { http } from './http';
import { kafka } from './kafka';
import { kafkaLatency } from './kafka-latency';
import { lateness } from './lateness';
import { describeMachine } from './machine';
import { many } from './many';
import { throughput } from './throughput';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string' },
    jobs: { type: 'string', default: '100' },
    shards: { type: 'string', default: '1' },
    every: { type: 'string', default: 'PT2S' },
    rate: { type: 'string' },
    kill: { type: 'boolean', default: false },
    for: { type: 'string', default: 'PT1H' },
    profile: { type: 'string' },
  },
});

const whole = (name: 'events' | 'runs' | 'seconds' | 'jobs' | 'shards' | 'rate', standard?: number): number => {
  const value = Number(values[name] ?? standard);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number above 0`);
  return value;
};

/** Of a duration, PT1H or 10m. */
function seconds(text: string): number {
  const us = parseDuration(text);
  // Fewer samples have no trend.
  if (us === undefined || us < 60e6) throw new Error('--for must be a duration such as PT1H or 2m, of at least a minute');
  return us / 1e6;
}

async function main(): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'evergen-bench-'));
  const profiles = values.profile === undefined ? null : resolve(values.profile);
  const base = { folder, variables: process.env, say };
  say(describeMachine(folder));
  const events = (standard: number) => whole('events', standard);
  const pace = () => (values.rate === undefined ? { every: values.every } : { rate: whole('rate') });
  const benches: Readonly<Record<string, () => Promise<void>>> = {
    throughput: () => throughput({ ...base, events: events(5_000_000), runs: whole('runs'), profiles }),
    disk: () => disk({ ...base, events: events(3_000_000), runs: whole('runs'), profiles }),
    email: () => email({ ...base, runs: whole('runs') }),
    http: () => http({ ...base, events: events(300_000), runs: whole('runs'), profiles }),
    kafka: () => kafka({ ...base, events: events(4_000_000), runs: whole('runs'), profiles }),
    'kafka-latency': () => kafkaLatency({ ...base, seconds: whole('seconds', 60) }),
    lateness: () => lateness({ ...base, seconds: whole('seconds', 120) }),
    many: () =>
      many({ ...base, jobs: whole('jobs'), shards: whole('shards'), pace: pace(), seconds: whole('seconds', 120), kill: values.kill }),
    backlog: () => backlog({ ...base, seconds: whole('seconds', 120) }),
    facade: () => facade({ ...base, seconds: whole('seconds', 20) }),
    custom: async () => custom({ events: events(1_000_000), runs: whole('runs'), say }),
    'fleet-hour': () => fleetHour({ ...base, seconds: seconds(values.for) }),
  };
  try {
    const [what = 'throughput'] = positionals;
    const bench = benches[what];
    if (bench === undefined) throw new Error(`unknown benchmark ${what}: there are ${Object.keys(benches).join(', ')}`);
    await bench();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
