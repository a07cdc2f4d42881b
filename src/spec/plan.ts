/** From a valid specification to the numbers that the workflow works with. */
import type { Plan } from '../../workflows/messages';
import type { Limits } from '../../workflows/schedule';
import { scenarios } from '../scenarios';
import { sinks } from '../sinks';
import type { Cadence, StreamDefinition } from '../scenarios/scenario';
import { cadenceOf } from './cadence';
import { parseInstant } from './instants';
import { wireSpec, type JobSpec } from './job-spec';
import { microseconds, type Load } from './pace';
import { paceOf } from './pace-numbers';
import { withTimeline } from './timeline';

export interface Naming {
  /** Job id: the specification's own, else `defaultJobId`. */
  job: string;
  /** Name of the run (`runName` of workflows/naming.ts); null for scheduled runs: the workflow's first task fixes it. */
  run: string | null;
  /** evergen's version. */
  version: string;
}

/**
 * Seed and start stay null where the specification leaves them open: the workflow's first task and first settle fix them.
 * @throws UserError when its `timeline` is not that of a run of the same specification
 */
export function planOf(spec: JobSpec, { job, run, version }: Naming): Plan {
  const { scenario, load, sink, shards } = spec;
  // Which streams there are depends on the options alone, never on the identity, which is not known yet.
  const streams = scenarios.get(scenario.name).streams(scenario.options, { seed: 0, startUs: 0 });
  const own = cadenceOf(scenario);
  const paceAt = (index: number) => {
    if (own === null) return { pace: paceOf(load.pace, streams.length, index) };
    const cadence = own[index];
    if (cadence === undefined) throw new Error(`scenario ${scenario.name} has no cadence for its stream number ${String(index)}`);
    return { pace: cadence.pace, ownPace: true as const };
  };
  const plan: Plan = {
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
      limits: limitsOf(load, streams.length, index, own?.[index]),
      ...paceAt(index),
    })),
    shards,
    onPause: load.on_pause,
    onLag: load.on_lag,
    ...keepOf(sink),
    ...levelOf(streams, shards),
  };
  return spec.timeline === undefined ? plan : withTimeline(plan, spec.timeline);
}

function limitsOf(load: Load, of: number, index: number, own: Cadence | undefined): Limits {
  const batches = Math.min(share(load.batches, of, index) ?? Infinity, own?.batches ?? Infinity);
  return {
    forUs: load.for === undefined ? null : microseconds(load.for),
    events: share(load.events, of, index),
    batches: batches === Infinity ? null : batches,
  };
}

/**
 * An even share; the remainder goes to the first streams, one each: so the streams of a rate, which take turns event by event,
 * together make exactly the job's first `count` events.
 */
const share = (count: number | undefined, of: number, index: number): number | null =>
  count === undefined ? null : Math.floor(count / of) + (index < count % of ? 1 : 0);

/** When its parts are brought level; one part alone always is. */
function levelOf(streams: readonly Pick<StreamDefinition, 'refersToOthers'>[], shards: number): Pick<Plan, 'level'> {
  if (streams.some(({ refersToOthers }) => refersToOthers)) return { level: 'rest' };
  return streams.length * shards > 1 ? { level: 'end' } : {};
}

/** How often its sink wants to be written to, where it forgets. */
const keepOf = ({ name }: JobSpec['sink']): Pick<Plan, 'keepMs'> => {
  const { keepMs } = sinks.get(name);
  return keepMs === undefined ? {} : { keepMs };
};

/** `crisis-20260105t231000-k3f9`: sorts by the second. `random` in [0, 1) keeps two starts of one second apart. */
export function defaultJobId(scenario: string, at: Date, random: number): string {
  const second = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase();
  const suffix = Math.floor(random * 36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${scenario.slice(0, 40)}-${second}-${suffix}`;
}
