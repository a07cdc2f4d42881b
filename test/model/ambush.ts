/** Interleavings that random runs find once in some hundred thousand, written down. */
import type { Config } from './config';
import { checked, drain, fair, type Run } from './explore';
import type { Project } from './project';
import type { Attempt } from './worker';
import { World } from './world';

const config: Config = {
  sink: 'disk',
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
  cleanPaused: false,
  keep: null,
  skew: [0],
  lossy: false,
};

const first = () => 0;

const untilIn = (world: World) => async (done: () => boolean) => {
  for (let i = 0; i < 500 && !done(); i++) await fair(world, first, false);
};

/** Each is over without a violation, or with one. */
export async function ambushes(project: Project, trace = false): Promise<Run[]> {
  return [await keptForAnother(project, trace), await begunByAClockAhead(project, trace), await cleanedAfterALoss(project, trace)];
}

/** A late attempt finds the writer that a newer generation has kept in the same process. */
function keptForAnother(project: Project, trace: boolean): Promise<Run> {
  const world = new World(config, project, trace);
  const until = untilIn(world);
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

/** A worker whose clock is ahead begins several batches at once; its successor commits the first of them alone, and then a hold must not move the others. */
function begunByAClockAhead(project: Project, trace: boolean): Promise<Run> {
  const world = new World({ ...config, sink: 'http', start: 0, skew: [3, 0] }, project, trace);
  const until = untilIn(world);
  return checked(world, async () => {
    // given two batches that have arrived, the second one early, and no word of that but their being begun
    await until(() => world.workflow.state.begun);
    await world.start(world.scheduled[0]!, world.workers[0]!);
    await until(() => world.target.bodies.size === 2);
    world.kill(world.workers[0]!);
    // and a successor that has committed the first one
    world.heartbeatTimeout(world.attempts[0]!);
    await world.start(world.scheduled[0]!, world.workers[1]!);
    await until(() => world.sink.committedNext(0) === 1);
    // when the job is held and goes on
    world.signal({ type: 'pause' });
    world.workflowTask();
    await until(() => world.workflow.pausedAndSettled);
    await world.tick(3 * config.unitMs);
    world.signal({ type: 'resume' });
    return drain(world, first);
  });
}

/** All of a part is gone, of which the ledger knew no batch; a clean of another mode must not leave what the next settle would take for a beginning. */
function cleanedAfterALoss(project: Project, trace: boolean): Promise<Run> {
  const world = new World({ ...config, sink: 'folders', lossy: true }, project, trace);
  const until = untilIn(world);
  const { workflow } = world;
  return checked(world, async () => {
    // given a batch that is committed, and gone before anybody was told
    await until(() => world.sink.committedNext(0) === 1);
    world.lose(0, true);
    world.signal({ type: 'pause' });
    await until(() => workflow.state.blocked);
    // when an operator cleans what was made in another mode, and resumes
    world.signal({ type: 'clean', mode: 'emulated' });
    world.workflowTask();
    await until(() => !workflow.state.clean);
    world.signal({ type: 'resume' });
    return drain(world, first);
  });
}
