/** What will be done to the jobs, drawn from a seed before anything is started: who is killed when, and what operators say to whom. */
import { choices, type Choices } from '../../src/cli/choices';

export const VICTIMS = ['worker', 'temporal', 'postgres'] as const;
export type Victim = (typeof VICTIMS)[number];

export type Step =
  /** SIGKILL. */
  | { atMs: number; kind: 'kill'; victim: Victim; part: string }
  /** An unpaced job begins: the next kill finds it at work. */
  | { atMs: number; kind: 'bulk'; number: number }
  /** Pause, and resume after `forMs`. */
  | { atMs: number; kind: 'pause'; job: string; forMs: number }
  | { atMs: number; kind: 'pace'; job: string; pace: Record<string, unknown> };

export interface Wishes {
  seed: number;
  forMs: number;
  /** Of each victim. */
  kills: number;
  pauses: number;
  workers: number;
  /** Ids of the paced jobs. */
  jobs: readonly string[];
}

/** Before the first step, and after the last one. */
const [FIRST_MS, LAST_MS] = [5_000, 10_000] as const;
const PAUSED_MS = [400, 4_000] as const;
/** From the start of an unpaced job to the kill that is meant for it. */
const BULK_MS = [700, 2_000] as const;
/** Whose pace operators change. */
const CHANGED = 'shards';

/** The same wishes make the same plan. Instants are ms after the jobs' start, in order. */
export function planSteps({ seed, forMs, kills, pauses, workers, jobs }: Wishes): Step[] {
  const random = choices(seed);
  const at = () => FIRST_MS + random.below(Math.max(1, forMs - FIRST_MS - LAST_MS));
  const killed = VICTIMS.flatMap((victim) =>
    Array.from({ length: kills }, (_, i): Step[] => {
      const atMs = at();
      const kill: Step = { atMs, kind: 'kill', victim, part: partOf(victim, workers, random) };
      const before = Math.max(0, atMs - random.between(...BULK_MS));
      // Every second kill of a kind finds an unpaced job.
      return i % 2 === 0 ? [kill, { atMs: before, kind: 'bulk', number: 0 }] : [kill];
    }),
  ).flat();
  const said = Array.from({ length: pauses }, (_, i): Step => {
    const atMs = at();
    if (i % 3 === 2) return { atMs, kind: 'pace', job: CHANGED, pace: { rate: random.of(100, 150, 300, 400) } };
    return { atMs, kind: 'pause', job: jobs[random.below(jobs.length)] ?? CHANGED, forMs: random.between(...PAUSED_MS) };
  });
  const steps = [...killed, ...said].sort((a, b) => a.atMs - b.atMs);
  let number = 0;
  return steps.map((step) => (step.kind === 'bulk' ? { ...step, number: ++number } : step));
}

/** Name of the process, as `up` has it. */
function partOf(victim: Victim, workers: number, random: Choices): string {
  if (victim !== 'worker') return victim;
  return workers === 1 ? 'worker' : `worker-${String(1 + random.below(workers))}`;
}
