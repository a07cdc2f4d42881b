/** `npm run bench [-- [throughput|disk|email|http|lateness|many|backlog|kafka|kafka-latency|fleet-hour] [--events N] [--runs N] [--seconds N] [--jobs N] [--kill] [--for PT1H] [--profile FOLDER]]`; `README.md` says what the figures mean. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '../src/spec/durations';
import { backlog } from './backlog';
import { disk } from './disk';
import { email } from './email';
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
    kill: { type: 'boolean', default: false },
    for: { type: 'string', default: 'PT1H' },
    profile: { type: 'string' },
  },
});

const whole = (name: 'events' | 'runs' | 'seconds' | 'jobs', standard?: number): number => {
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
  try {
    const [what = 'throughput'] = positionals;
    if (what === 'lateness') await lateness({ ...base, seconds: whole('seconds', 120) });
    else if (what === 'many') await many({ ...base, jobs: whole('jobs'), seconds: whole('seconds', 120), kill: values.kill });
    else if (what === 'backlog') await backlog({ ...base, seconds: whole('seconds', 120) });
    else if (what === 'http')
      await http({
        ...base,
        events: whole('events', 300_000),
        runs: whole('runs'),
        profiles,
      });
    else if (what === 'kafka') await kafka({ ...base, events: whole('events', 2_000_000), runs: whole('runs'), profiles });
    else if (what === 'kafka-latency') await kafkaLatency({ ...base, seconds: whole('seconds', 60) });
    else if (what === 'fleet-hour') await fleetHour({ ...base, seconds: seconds(values.for) });
    else if (what === 'disk') await disk({ ...base, events: whole('events', 3_000_000), runs: whole('runs'), profiles });
    else if (what === 'email') await email({ ...base, runs: whole('runs') });
    else if (what === 'throughput') {
      const [events, runs] = [whole('events', 5_000_000), whole('runs')];
      say(`crisis, ${events.toLocaleString('en')} events a run, ${String(runs)} runs, each in a fresh process`);
      await throughput({ ...base, events, runs, profiles });
    } else
      throw new Error(
        `unknown benchmark ${what}: throughput, disk, email, http, lateness, many, backlog, kafka, kafka-latency or fleet-hour`,
      );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
