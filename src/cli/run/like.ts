/** `run --like ID`: the specification of a run that was, to do it again. */
import { KeptRuns } from '../../jobs/kept-runs';
import { leftOut, specToRepeat } from '../../jobs/repeat';
import { UserError } from '../../spec/failures';
import type { Context } from '../context';
import { withJobs } from '../open-jobs';
import { lookForStack } from '../stack/find';
import type { Asked } from './spec-argument';

/**
 * Asks the stack that is up; without one, the run's manifest tells the same.
 * @param run the newest by default
 * @throws UserError when there is no such run, or it has not begun
 */
export async function specLike(context: Context, id: string, run: string | undefined): Promise<Asked> {
  const environment = context.environment();
  const status =
    lookForStack(environment) === null
      ? await new KeptRuns(environment.DATA_DIR).status(id, run)
      : await withJobs(context, async ({ jobs }) => (await jobs.get(id, run)).status);
  if (status === null) throw new UserError(`there is no ${run === undefined ? '' : `run ${run} of `}job ${id} in ${environment.DATA_DIR}`);
  const spec = specToRepeat(status);
  if (spec === null) throw new UserError(`job ${id} has not begun yet: its start is not fixed`);
  const without = leftOut(status);
  const { job } = status.plan;
  const name = status.plan.run ?? '';
  return {
    // A run of its own: under the same id it would be another run of that job.
    spec: { ...spec, id: undefined },
    notes: [`as run ${name} of job ${job}`, ...(without === null ? [] : [without])],
    lasting: true,
    endless: false,
    again: () => `run --like ${job} --run ${name}`,
  };
}
