/** What a soak will do, drawn from its seed before anything is started: who is killed or stopped when, and what operators say. */
import { z } from 'zod';
import type { JobSpec } from '../../spec/job-spec';
import { scenarios } from '../../scenarios';
import { wireSpec } from '../../spec/job-spec';
import { formatDuration, parseDuration } from '../../spec/durations';
import { choices, type Choices } from '../choices';

export const VICTIMS = ['worker', 'temporal', 'facade', 'broker'] as const;
export type Victim = (typeof VICTIMS)[number];

/**
 * Where a zombie is stopped: between data and record, anywhere, with work in its hands that it has not begun, or between the commits of two parts that
 * are due at once (where there are two).
 */
const WHERE = ['commit', 'anywhere', 'opening', 'between'] as const;
type Where = (typeof WHERE)[number];
const OF_ONE_PART: readonly Where[] = ['commit', 'opening', 'anywhere'];
const OF_SEVERAL: readonly Where[] = ['between', 'commit', 'between', 'opening', 'between', 'anywhere'];

const ms = z.int().min(0);
const step = z.discriminatedUnion('kind', [
  /** SIGKILL. */
  z.object({ n: ms, atMs: ms, kind: z.literal('kill'), victim: z.enum(VICTIMS), part: z.string() }),
  /** SIGSTOP, and SIGCONT after `forMs`. */
  z.object({ n: ms, atMs: ms, kind: z.literal('freeze'), victim: z.enum(VICTIMS), part: z.string(), forMs: ms }),
  /** Pause, and resume after `forMs`. */
  z.object({ n: ms, atMs: ms, kind: z.literal('pause'), forMs: ms }),
  z.object({ n: ms, atMs: ms, kind: z.literal('pace'), pace: z.record(z.string(), z.unknown()) }),
  /** A worker that wakes up when its successor has gone on under another timeline (`zombie.ts`). */
  z.object({
    ...{ n: ms, atMs: ms, kind: z.literal('zombie'), where: z.enum(WHERE) },
    /** Which of the workers that are at work. */
    pick: ms,
    /** The pause is asked for so long before the next batch is due. */
    aheadMs: ms,
    /** From the pause's being in force to the resume. */
    restMs: ms,
    /** From the successor's first commits to the waking up. */
    sleepOnMs: ms,
    /** Temporal stands still that long from the waking up on, so that nobody tells the zombie; 0: not at all. */
    cutOffMs: ms,
  }),
]);
export type Step = z.output<typeof step>;

export const soakPlan = z.object({
  format: z.literal(1),
  evergen: z.string(),
  seed: z.int().min(0),
  /** As it is sent to the API: id, seed and length are in it. */
  spec: z.looseObject({ id: z.string() }),
  forMs: ms,
  what: z.array(z.enum(VICTIMS)),
  workers: z.int().min(1),
  kafka: z.boolean(),
  /** By instant, ms after the job's start. */
  steps: z.array(step),
});
export type SoakPlan = z.output<typeof soakPlan>;

export interface Wishes {
  seed: number;
  forMs: number;
  kills: number;
  freezes: number;
  actions: number;
  zombies: number;
  what: readonly Victim[];
  workers: number;
}

/** Before the first disturbance: the job has begun by then. */
const FIRST_MS = 2_000;
/** After the last one. */
const LAST_MS = 1_000;
/** A worker that stands still for longer than its heartbeat time-out (3 s) is given up, and wakes up beside its successor. */
const FROZEN_MS: Readonly<Record<Victim, readonly [least: number, most: number]>> = {
  worker: [300, 6_000],
  temporal: [300, 3_000],
  facade: [300, 3_000],
  broker: [300, 3_000],
};
const PAUSED_MS = [400, 3_000] as const;

/** The same wishes and specification make the same plan. */
export function planSoak(spec: JobSpec, version: string, wishes: Wishes): SoakPlan {
  const { seed, forMs, kills, freezes, actions, zombies, what, workers } = wishes;
  const random = choices(seed);
  const places = severalParts(spec) ? OF_SEVERAL : OF_ONE_PART;
  const kafka = spec.sink.name === 'kafka' || what.includes('broker');
  const at = () => Math.min(FIRST_MS, Math.floor(forMs / 4)) + random.below(Math.max(1, forMs - FIRST_MS - LAST_MS));
  const aim = (victim: Victim) => ({ victim, part: partOf(victim, workers, random) });
  const drawn = [
    ...deck(what, kills, random).map((victim) => ({ atMs: at(), kind: 'kill' as const, ...aim(victim) })),
    ...deck(what, freezes, random).map((victim) => ({
      ...{ atMs: at(), kind: 'freeze' as const, ...aim(victim) },
      forMs: random.between(...FROZEN_MS[victim]),
    })),
    ...Array.from({ length: actions }, () => ({ atMs: at(), ...actionOn(spec, random) })),
    ...Array.from({ length: zombies }, (_, i) => ({
      // Each takes its seconds, and they come one after the other: spread evenly.
      atMs: Math.floor((at() + i * forMs) / zombies),
      ...zombie(places[i % places.length] ?? 'anywhere', what, random),
    })),
  ];
  const steps = drawn.sort((a, b) => a.atMs - b.atMs).map((one, n): Step => ({ n, ...one }));
  return {
    format: 1,
    evergen: version,
    seed,
    spec: { ...wireSpec(spec), id: spec.id ?? 'soak' },
    forMs,
    what: [...what],
    workers,
    kafka,
    steps,
  };
}

/** Name of the process in the stack's record. */
function partOf(victim: Victim, workers: number, random: Choices): string {
  if (victim === 'worker') return workers === 1 ? 'worker' : `worker-${String(1 + random.below(workers))}`;
  return victim === 'broker' ? 'kafka' : victim;
}

/** Every kind gets its turns, workers, which hold the job, twice as many; in a random order. */
function deck(what: readonly Victim[], n: number, random: Choices): Victim[] {
  const round = what.flatMap((victim): Victim[] => (victim === 'worker' ? [victim, victim] : [victim]));
  const all = Array.from({ length: n }, (_, i) => round[i % round.length] ?? 'worker');
  return all
    .map((victim) => ({ victim, at: random.below(2 ** 31) }))
    .sort((a, b) => a.at - b.at)
    .map(({ victim }) => victim);
}

function severalParts({ scenario: { name, options }, shards }: JobSpec): boolean {
  return shards > 1 || scenarios.get(name).streams(options, { seed: 0, startUs: 0 }).length > 1;
}

function zombie(where: Where, what: readonly Victim[], random: Choices) {
  return {
    ...{ kind: 'zombie' as const, where, pick: random.below(1_000), aheadMs: random.between(30, 250) },
    ...{ restMs: random.between(0, 1_000), sleepOnMs: random.between(0, 500) },
    cutOffMs: what.includes('temporal') ? random.between(500, 1_500) : 0,
  };
}

function actionOn(spec: JobSpec, random: Choices) {
  const pace = random.chance(0.4) ? paceNear(spec, random) : null;
  return pace === null ? { kind: 'pause' as const, forMs: random.between(...PAUSED_MS) } : { kind: 'pace' as const, pace };
}

/** A pace between half and twice the specification's own; null where nobody may change it. */
function paceNear({ load: { pace }, scenario }: JobSpec, random: Choices): Record<string, unknown> | null {
  const factor = random.of(0.5, 0.8, 1, 1.25, 2);
  if (pace === undefined || 'unpaced' in pace || scenarios.get(scenario.name).cadence !== undefined) return null;
  if ('rate' in pace) return { rate: Math.min(1e6, Math.round(pace.rate * factor * 1000) / 1000) };
  if ('stages' in pace) {
    const rates = pace.stages.map(({ rate }) => (typeof rate === 'number' ? rate : Math.max(rate.from, rate.to)));
    return { rate: Math.min(1e6, Math.round(Math.max(...rates) * factor * 1000) / 1000) };
  }
  return { ...pace, every: formatDuration(Math.max(50_000, Math.round((parseDuration(pace.every) ?? 1e6) * factor))) };
}
