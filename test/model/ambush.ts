/** An interleaving that random runs find once in some hundred thousand, written down: a late attempt finds the writer that a newer generation has kept in the same process. */
import type { Config } from './config';
import { checked, drain, fair, type Run } from './explore';
import type { Project } from './project';
import type { Attempt } from './worker';
import { World } from './world';

const config: Config = {
  unitMs: 2000,
  streams: [{ kind: 'every', every: 2, size: 1 }],
  shards: 1,
  batches: 3,
  start: 2,
  onPause: 'hold',
  onLag: 'catch_up',
  fileLimit: 100_000,
  history: 20,
  clean: false,
  skew: [0],
  lossy: false,
};

export function ambush(project: Project, trace = false): Promise<Run> {
  const world = new World(config, project, trace);
  const first = () => 0;
  const until = async (done: () => boolean) => {
    for (let i = 0; i < 500 && !done(); i++) await fair(world, first, false);
  };
  const emitOf = (generation: number): Attempt | undefined =>
    world.attempts.find(({ activity, frozen }) => activity.kind === 'emit' && activity.args.generation === generation && !frozen);

  return checked(world, async () => {
    // given an emit that is stopped before it has asked for a kept writer, and given up
    await until(() => emitOf(1) !== undefined);
    const late = emitOf(1)!;
    world.stop(late);
    world.signal({ type: 'pause' });
    world.workflowTask();
    world.heartbeatTimeout(late);
    await until(() => world.workflow.pausedAndSettled);
    // and its successor, which waits for a batch that a hold has moved, and keeps its writer when it is cancelled
    await world.tick(3 * config.unitMs);
    world.signal({ type: 'resume' });
    world.workflowTask();
    await until(() => emitOf(2)?.gates.some(({ what }) => what === 'wait') === true);
    const successor = emitOf(2)!;
    world.signal({ type: 'pause' });
    world.workflowTask();
    await world.beat(successor);
    // when the late one goes on
    world.goOn(late);
    for (let i = 0; i < 200 && late.open.length > 0; i++) await world.step(late, late.open[0]!);
    return drain(world, first);
  });
}
