/** A start that may have been tried before under the same names. */
import type { Plan } from '../../workflows/messages';
import { NoSuchJob, type Jobs, type Snapshot } from './jobs';

/**
 * @param again an earlier attempt with this very plan may have started the run: if so, that run, whatever has become of it, and `started: true`
 * @throws what `jobs.start` throws
 */
export async function startOnce(jobs: Jobs, plan: Plan, again: boolean): Promise<{ started: boolean; snapshot: Snapshot }> {
  const earlier = again ? await runOf(jobs, plan) : null;
  if (earlier !== null) return { started: true, snapshot: earlier };
  const { started, snapshot } = await jobs.start(plan);
  return { started: started || (again && snapshot.status.plan.run === plan.run), snapshot };
}

async function runOf(jobs: Jobs, { job, run }: Plan): Promise<Snapshot | null> {
  try {
    return await jobs.get(job, run ?? undefined);
  } catch (failure) {
    if (failure instanceof NoSuchJob) return null;
    throw failure;
  }
}
