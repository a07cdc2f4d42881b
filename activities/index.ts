/** The activities of a worker, over the parts of its process. */
import { Context } from '@temporalio/activity';
import type { Activities } from '../workflows/messages';
import { clean } from './clean';
import type { ActivityDeps } from './deps';
import { emit } from './emit';
import { publish } from './publish';
import { settle } from './settle';
import { Writers } from './writers';

/** `close` ends the writers that are kept between emits. */
export function createActivities(deps: ActivityDeps): { activities: Activities; close(): Promise<void> } {
  const writers = new Writers();
  /** Also those whose attempt before was killed with its worker. */
  const counted =
    <Args extends { plan: { scenario: string; sink: string } }, Result>(activity: string, act: (args: Args) => Promise<Result>) =>
    (args: Args): Promise<Result> => {
      if (Context.current().info.attempt > 1) deps.metrics?.retried(args.plan, activity);
      return act(args);
    };
  return {
    activities: {
      emit: counted('emit', (args) => emit(deps, writers, args)),
      settle: counted('settle', (args) => settle(deps, writers, args)),
      publish: counted('publish', (args) => publish(deps, args)),
      clean: counted('clean', (args) => clean(deps, writers, args)),
    },
    close: () => writers.close(),
  };
}
