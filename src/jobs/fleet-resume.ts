/** Resuming the fleet, also while a start of the stack is about to let one run follow another: what is said to have been resumed goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fleetRun, FLEET_JOB, isBeingCleaned, startFleet, type FleetDeps, type FleetSource } from './fleet';
import { ended, type Snapshot } from './jobs';

export interface Resumed {
  snapshot: Snapshot;
  /** `cleaning`, `ending`: it cannot go on now. `held`: it was asked to, and is still held: somebody has paused it again, or its sink needs an operator. */
  how: 'resumed' | 'running' | 'cleaning' | 'ending' | 'held';
}

/** How long a run that ends is waited for, and one that was resumed until it is not held any more. */
const PATIENCE_MS = 3000;

/**
 * @param source what a start goes by, where no run is active
 * @param afresh whether the companies of earlier runs are gone
 * @throws what `Jobs` throws: JobEnded or JobActive when somebody else was quicker
 */
export async function resumeFleet(
  deps: FleetDeps,
  source: () => FleetSource,
  afresh: () => Promise<boolean>,
  by: string,
): Promise<Resumed> {
  const deadline = performance.now() + (deps.patienceMs ?? PATIENCE_MS);
  // Each run is told once.
  const told = new Set<string | null>();
  for (;;) {
    const before = await fleetRun(deps.jobs);
    if (before !== null && isBeingCleaned(before.status)) return { snapshot: before, how: 'cleaning' };
    if (before?.status.state === 'running') return { snapshot: before, how: told.size === 0 ? 'running' : 'resumed' };
    const run = before?.status.plan.run ?? null;
    let snapshot: Snapshot;
    if (before === null || ended(before.status)) snapshot = await startFleet(deps, source(), before?.status ?? null, await afresh());
    else if (before.status.state !== 'stopping' && !told.has(run)) {
      snapshot = await deps.jobs.resume(FLEET_JOB, by);
      told.add(run);
    } else snapshot = before;
    const { state, held } = snapshot.status;
    // What was said to a run that nobody answers for waits for the next worker.
    if (state !== 'stopping' && (!held || (snapshot.worker === 'away' && told.has(run)))) return { snapshot, how: 'resumed' };
    if (performance.now() >= deadline) return { snapshot, how: state === 'stopping' ? 'ending' : 'held' };
    await sleep(50);
  }
}
