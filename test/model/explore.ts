/**
 * Two drivers. `randomRun`: seeded choices, any number of faults. `scriptedRun`: a fair schedule with given deviations at given steps; enumerating
 * the scripts is the bounded-exhaustive search. Both end with a fair phase without new faults, in which every zombie goes on.
 */
import { Violation } from './checker';
import { keptMs, paceOf, randomConfig, type Config, type SinkName } from './config';
import type { Project } from './project';
import { random } from './random';
import type { Attempt } from './worker';
import { World } from './world';

export interface Run {
  world: World;
  violation: string | null;
  steps: number;
}

type Pick = (among: number) => number;

const stepOne = (world: World, attempt: Attempt, pick: Pick): Promise<void> => {
  const { open } = attempt;
  return world.step(attempt, open[pick(open.length)] ?? 0);
};

/** The wall moves to the next instant that somebody waits for, at most one unit away. */
function tick(world: World): Promise<void> {
  return world.tick(Math.min(world.untilNext ?? Infinity, world.config.unitMs));
}

/** One fair step. Answers false when nothing is left to do. */
export async function fair(world: World, pick: Pick, thaw: boolean): Promise<boolean> {
  const { workflow } = world;
  if (thaw) {
    const zombie = world.attempts.find((attempt) => attempt.frozen && !attempt.believed);
    if (zombie !== undefined) world.goOn(zombie);
  }
  if (workflow.hasEvents && !workflow.ended) {
    world.workflowTask();
    return true;
  }
  world.workers.find(({ alive }) => !alive)?.restart();
  const [scheduled] = world.scheduled;
  if (scheduled !== undefined && !workflow.ended) {
    await world.start(scheduled, world.workers[pick(world.workers.length)]!);
    return true;
  }
  const { ready } = world;
  if (ready.length > 0) {
    const attempt = ready[pick(ready.length)]!;
    await stepOne(world, attempt, pick);
    if (pick(4) === 0) await world.beat(attempt);
    return true;
  }
  const [silent] = world.silent;
  if (silent !== undefined) {
    world.heartbeatTimeout(silent);
    return true;
  }
  if (world.over) return false;
  await tick(world);
  return true;
}

const FAIR_STEPS = 20_000;
/** From here on a job that has lost something and cannot go on is stopped. */
const PATIENCE = 4000;

export async function drain(world: World, pick: Pick): Promise<number> {
  world.fairSinceMs = world.nowMs;
  // A job whose sink forgets stays paused long enough to be forgotten.
  const pausedUntilMs = world.nowMs + (world.config.keep === null ? 0 : keptMs(world.config) + 2 * world.config.unitMs);
  let i = 0;
  for (; i < FAIR_STEPS; i++) {
    const { phase, held, standby } = world.workflow.state;
    if (phase === 'running' && i % 60 === 59 && (world.nowMs >= pausedUntilMs || i > PATIENCE)) {
      if (held) world.signal({ type: 'resume' });
      if (standby) world.signal({ type: 'wake' });
      if (i > PATIENCE && world.check.lossy) world.signal({ type: 'stop' });
    }
    if (i % 16 === 0) world.status();
    if (!(await fair(world, pick, pick(4) === 0)) && world.attempts.every(({ frozen }) => !frozen)) break;
  }
  world.check.atEnd();
  return i;
}

export async function checked(world: World, run: () => Promise<number>): Promise<Run> {
  try {
    return { world, violation: null, steps: await run() };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { world, violation: error.message, steps: 0 };
  }
}

/** @param only the sink of the job; null: the seed's */
export async function randomRun(seed: number, project: Project, trace = false, only: SinkName | null = null): Promise<Run> {
  const rnd = random(seed);
  const pick = (n: number) => Math.floor(rnd() * n);
  const config = randomConfig(rnd, only);
  const world = new World(config, project, trace);
  const fault = rnd() < 0.1 ? 0 : 0.002 + rnd() * 0.015;
  const operator = rnd() < 0.2 ? 0 : 0.002 + rnd() * (rnd() < 0.2 ? 0.08 : 0.015);
  const slow = rnd() * 0.1;
  // Attempts that are stopped as soon as they begin, and wake up late.
  const drowsy = rnd() < 0.3 ? rnd() * 0.4 : 0;
  const steps = 100 + pick(600);
  return checked(world, async () => {
    for (let i = 0; i < steps && !world.over; i++) {
      const r = rnd();
      if (r < operator) operate(world, rnd, pick);
      else if (r < operator + fault) harm(world, rnd, pick);
      else if (r < operator + fault + slow) await dawdle(world, rnd, pick);
      else await goOn(world, rnd, pick, drowsy);
    }
    return steps + (await drain(world, pick));
  }).catch((error: Error) => {
    error.message += ` (seed ${seed})`;
    throw error;
  });
}

function operate(world: World, rnd: () => number, pick: Pick): void {
  const { config } = world;
  if (config.cleanPaused && world.workflow.state.held && pick(4) === 0)
    return world.signal({ type: 'clean', mode: config.sink === 'folders' && pick(2) === 0 ? 'emulated' : null });
  switch (pick(8)) {
    case 0:
    case 1:
      return world.signal({ type: 'pause' });
    case 2:
    case 3:
      return world.signal({ type: 'resume' });
    case 4: {
      const every = 1 + pick(4);
      const size = 1 + pick(2);
      const kind = rnd() < 0.15 ? 'rate' : 'every';
      if (config.streams[0]?.kind === 'unpaced') return;
      return world.signal({
        type: 'set_pace',
        paces: config.streams.map((_, stream) => paceOf({ kind, every, size } as never, config, stream)),
      });
    }
    case 5:
      return world.signal({ type: rnd() < 0.6 ? 'pause' : 'stop' });
    case 6:
      return world.signal({ type: 'standby' });
    case 7:
      return world.signal({ type: 'wake' });
  }
}

/** Faults. */
function harm(world: World, rnd: () => number, pick: Pick): void {
  const { attempts, config } = world;
  const attempt = attempts[pick(attempts.length)];
  const runs = attempt !== undefined && !attempt.dead && !attempt.frozen;
  switch (pick(config.lossy ? 7 : 6)) {
    case 0:
      return world.kill(world.workers[pick(2)]!);
    case 1:
      if (runs) world.stop(attempt);
      return;
    case 2:
      if (!runs) return;
      world.stop(attempt);
      if (attempt.believed) world.heartbeatTimeout(attempt);
      return;
    case 3:
      if (attempt?.frozen === true) world.goOn(attempt);
      return;
    case 4:
      // Cut off, though it runs.
      if (attempt?.believed === true && rnd() < 0.3) world.heartbeatTimeout(attempt);
      return;
    case 5:
      if (world.workflow.machine.atRest) world.continueAsNew();
      return;
    case 6:
      world.lose(pick(world.sink.parts.length), rnd() < 0.3);
  }
}

/** Time passes, or somebody gets his turn out of turn. */
async function dawdle(world: World, rnd: () => number, pick: Pick): Promise<void> {
  switch (pick(5)) {
    case 0:
      return world.tick(rnd() < 0.3 ? 500 : world.config.unitMs);
    case 1:
      return world.status();
    case 2: {
      const frozen = world.attempts.filter((attempt) => attempt.frozen);
      if (frozen.length > 0) world.goOn(frozen[pick(frozen.length)]!);
      return;
    }
    case 3: {
      const { silent } = world;
      if (silent.length > 0) world.heartbeatTimeout(silent[pick(silent.length)]!);
      return;
    }
    case 4: {
      const { running } = world;
      if (running.length > 0) await world.beat(running[pick(running.length)]!);
    }
  }
}

async function goOn(world: World, rnd: () => number, pick: Pick, drowsy: number): Promise<void> {
  const { ready, scheduled } = world;
  const alive = world.workers.filter((worker) => worker.alive);
  const among = ready.length + (alive.length > 0 ? scheduled.length : 0) + 1;
  const k = pick(among);
  if (k < ready.length) {
    // Sometimes many steps of one attempt in a row: overtaking needs long strides.
    const attempt = ready[k]!;
    for (let stride = rnd() < 0.15 ? 1 + pick(20) : 1; stride > 0 && attempt.open.length > 0; stride--) await stepOne(world, attempt, pick);
    if (rnd() < 0.2) await world.beat(attempt);
  } else if (k < among - 1) {
    await world.start(scheduled[k - ready.length]!, alive[pick(alive.length)]!);
    const begun = world.attempts.at(-1);
    if (rnd() < drowsy && begun !== undefined && !begun.frozen) world.stop(begun);
  } else if (world.workflow.hasEvents && !world.workflow.ended) world.workflowTask();
  else if (ready.length === 0 || rnd() < 0.05) {
    await (rnd() < 0.5 ? tick(world) : world.tick(world.config.unitMs));
    if (rnd() < 0.2) for (const worker of world.workers) if (!worker.alive) worker.restart();
  }
}

export type Deviation = 'pause' | 'resume' | 'stop' | 'clean' | 'kill' | 'zombie' | 'burst' | 'goOn';

/** @param script deviations by step, sorted */
export async function scriptedRun(
  config: Config,
  project: Project,
  script: readonly (readonly [number, Deviation])[],
  trace = false,
): Promise<Run> {
  const world = new World(config, project, trace);
  let turn = 0;
  const pick = (n: number) => turn++ % n;
  return checked(world, async () => {
    let at = 0;
    let steps = 0;
    for (; steps < 2000; steps++) {
      for (; at < script.length && script[at]![0] <= steps; at++) await deviate(world, script[at]![1]);
      if (steps % 8 === 0) world.status();
      const moved = await fair(world, pick, false);
      if (at < script.length) continue;
      if (!moved || world.over) break;
      const { workflow } = world;
      if (workflow.pausedAndSettled && workflow.state.held && world.ready.length === 0) break;
    }
    await drain(world, pick);
    return steps;
  });
}

async function deviate(world: World, what: Deviation): Promise<void> {
  const live = world.attempts.find((attempt) => !attempt.dead && !attempt.frozen && attempt.believed);
  const marked = world.attempts.find((attempt) => attempt.marked);
  switch (what) {
    case 'pause':
    case 'resume':
    case 'stop':
      return world.signal({ type: what });
    case 'clean':
      return world.signal({ type: what, mode: null });
    case 'kill':
      if (live !== undefined) world.kill(live.process);
      return;
    case 'zombie':
      if (live === undefined) return;
      world.stop(live);
      world.heartbeatTimeout(live);
      live.marked = true;
      return;
    case 'goOn':
      if (marked !== undefined) world.goOn(marked);
      return;
    case 'burst':
      if (marked === undefined) return;
      world.goOn(marked);
      for (let i = 0; i < 200 && world.attempts.includes(marked) && marked.open.length > 0; i++) await world.step(marked, marked.open[0]!);
      if (world.attempts.includes(marked)) world.stop(marked);
  }
}
