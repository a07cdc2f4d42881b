/** The workflow `clean`: deletes the data of a run that has ended, which no signal reaches any more. Started by `src/jobs`, once for a run. */
import * as wf from '@temporalio/workflow';
import { INVALID_JOB, SINK_REJECTED, type Activities, type CleanAnswer, type PublishArgs } from './messages';

const activities = wf.proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s', nonRetryableErrorTypes: [SINK_REJECTED, INVALID_JOB] },
});

/** @param run as its manifest tells it, with a generation above all of its writers' */
export async function clean(run: PublishArgs, mode: string | null): Promise<CleanAnswer> {
  const { plan, generation, home } = run;
  const answer = await activities.clean({ plan, generation, mode, home });
  if (answer.over) await activities.publish({ ...run, state: 'cleaned' });
  return answer;
}
