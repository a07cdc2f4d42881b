/** The activities of a worker, over the parts of its process. */
import type { Activities } from '../workflows/messages';
import { clean } from './clean';
import type { ActivityDeps } from './deps';
import { emit } from './emit';
import { publish } from './publish';
import { settle } from './settle';
import { witnessed } from './witness';
import { Writers } from './writers';

/** `close` ends the writers that are kept between emits. */
export function createActivities(deps: ActivityDeps): { activities: Activities; close(): Promise<void> } {
  const writers = new Writers();
  return {
    activities: {
      emit: witnessed(deps, 'emit', (args) => emit(deps, writers, args)),
      settle: witnessed(deps, 'settle', (args) => settle(deps, writers, args)),
      publish: witnessed(deps, 'publish', (args) => publish(deps, args)),
      clean: witnessed(deps, 'clean', (args) => clean(deps, writers, args)),
    },
    close: () => writers.close(),
  };
}
