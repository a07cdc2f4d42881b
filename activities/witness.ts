/** Notes every attempt of an activity: in the log with job, run, stream and batch, and among the metrics as a retry when it is not the first. */
import { Context } from '@temporalio/activity';
import type { NamedPlan, Part } from '../workflows/messages';
import type { ActivityDeps } from './deps';

interface Args {
  plan: NamedPlan;
  part?: Part;
  /** First batch to make (emit). */
  from?: number;
  /** First batch that is not committed (settle). */
  next?: number;
}

export function witnessed<A extends Args, Result>(
  { log, metrics }: Pick<ActivityDeps, 'log' | 'metrics'>,
  activity: string,
  act: (args: A) => Promise<Result>,
): (args: A) => Promise<Result> {
  return async (args) => {
    const { attempt } = Context.current().info;
    // Also counts those whose attempt before was killed with its worker.
    if (attempt > 1) metrics?.retried(args.plan, activity);
    const lines = log?.of({ runId: args.plan.run });
    const about = { ...placeOf(args), attempt };
    try {
      const result = await act(args);
      lines?.debug(`${activity} is done`, { ...about, ...outcomeOf(result) });
      return result;
    } catch (failure) {
      lines?.warn(`${activity} has failed: ${failure instanceof Error ? failure.message : String(failure)}`, about);
      throw failure;
    }
  };
}

const placeOf = ({ plan, part, from, next }: Args) => ({
  job: plan.job,
  ...(part === undefined ? {} : { stream: plan.streams[part.stream]?.name ?? '', shard: part.shard, batch: from ?? next }),
});

/** What emit and settle answer. */
function outcomeOf(result: unknown): object {
  if (typeof result !== 'object' || result === null || !('why' in result) || !('next' in result)) return {};
  const { why, next } = result;
  return { why, next, ...('detail' in result ? { detail: result.detail } : {}) };
}
