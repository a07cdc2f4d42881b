/** From a valid specification to the numbers that the workflow works with. */
import type { Plan } from '../../workflows/messages';
import type { Limits, Pace } from '../../workflows/schedule';
import { scenarios } from '../scenarios';
import { parseDuration } from './durations';
import { parseInstant } from './instants';
import { wireSpec, type JobSpec } from './job-spec';
import type { Load } from './pace';

export interface Naming {
  /** Job id: the specification's own, else `defaultJobId`. */
  job: string;
  /** Name of the run (`runName` of workflows/naming.ts); null for scheduled runs: the workflow's first task fixes it. */
  run: string | null;
  /** evergen's version. */
  version: string;
}

/** Seed and start stay null where the specification leaves them open: the workflow's first task and first settle fix them. */
export function planOf(spec: JobSpec, { job, run, version }: Naming): Plan {
  const { scenario, load, sink, shards } = spec;
  // Which streams there are depends on the options alone, never on the identity, which is not known yet.
  const streams = scenarios.get(scenario.name).streams(scenario.options, { seed: 0, startUs: 0 });
  return {
    job,
    run,
    seed: spec.seed ?? null,
    startUs: load.start === undefined ? null : (parseInstant(load.start) ?? 0) * 1000,
    scenario: scenario.name,
    sink: sink.name,
    spec: wireSpec({ ...spec, id: job }),
    version,
    streams: streams.map(({ name }, index) => ({
      name,
      pace: paceOf(load.pace, streams.length, index),
      limits: limitsOf(load, streams.length, index),
    })),
    shards,
    onPause: load.on_pause,
    onLag: load.on_lag,
  };
}

function paceOf(pace: Load['pace'], of: number, index: number): Pace {
  if ('rate' in pace) return { kind: 'rate', rate: pace.rate, of, index };
  if ('every' in pace) {
    const size = pace.batch_size;
    const { min, max } = typeof size === 'number' ? { min: size, max: size } : size;
    return { kind: 'every', everyUs: microseconds(pace.every), min, max };
  }
  if ('unpaced' in pace) return { kind: 'unpaced', batchSize: pace.unpaced.batch_size, stepUs: microseconds(pace.unpaced.step) };
  throw new Error('a pace of stages has no plan yet: the specification refuses it');
}

const limitsOf = (load: Load, of: number, index: number): Limits => ({
  forUs: load.for === undefined ? null : microseconds(load.for),
  events: share(load.events, of, index),
  batches: share(load.batches, of, index),
});

/**
 * An even share; the remainder goes to the first streams, one each: so the streams of a rate, which take turns event by event,
 * together make exactly the job's first `count` events.
 */
const share = (count: number | undefined, of: number, index: number): number | null =>
  count === undefined ? null : Math.floor(count / of) + (index < count % of ? 1 : 0);

function microseconds(canonical: string): number {
  const us = parseDuration(canonical);
  if (us === undefined) throw new Error(`not a duration: ${canonical}`);
  return us;
}

/** `crisis-20260105t231000-k3f9`: sorts by the second. `random` in [0, 1) keeps two starts of one second apart. */
export function defaultJobId(scenario: string, at: Date, random: number): string {
  const second = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase();
  const suffix = Math.floor(random * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${scenario.slice(0, 40)}-${second}-${suffix}`;
}
