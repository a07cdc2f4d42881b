/** Runs the real workflow with the real activities in a test environment; every workflow that was started is replayed when the test file ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createActivities } from '../../activities';
import type { Clock } from '../../activities/clock';
import { openSinks } from '../../src/sinks/open';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { workerTuning } from '../../src/temporal/worker-tuning';
import type { generate } from '../../workflows';
import { WORKFLOW_TYPE } from '../../workflows/messages';
import { runName } from '../../workflows/naming';
import { atEnd } from '../support/cleanup';

let bundle: Promise<WorkflowBundleWithSourceMap> | null = null;
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
Runtime.install({ logger: new DefaultLogger('ERROR') });
export const workflowBundle = () =>
  (bundle ??= bundleWorkflowCode({ workflowsPath: resolve(__dirname, '../../workflows/index.ts'), logger: quiet }));

export type JobHandle = WorkflowHandleWithFirstExecutionRunId<typeof generate>;

export interface Rig {
  readonly dataDir: string;
  /** Starts a job from a specification as a user writes it. */
  start(spec: Record<string, unknown>): Promise<JobHandle>;
  /** How many runs the job's chain of continue-as-new has. */
  runsOf(handle: JobHandle): Promise<number>;
}

/** A clock for servers that skip time: an instant has come when it is waited for. */
export function skippingClock(): Clock {
  let nowUs = Context.current().info.currentAttemptScheduledTimestampMs * 1000;
  return {
    nowUs: () => nowUs,
    waitUntil: (us) => {
      nowUs = Math.max(nowUs, us);
      return Promise.resolve();
    },
  };
}

/**
 * @param clock as the activities'
 * @param attributes false where the server has no search attributes
 */
export async function rig(
  environment: { client: Client; nativeConnection: NativeConnection },
  clock: () => Clock,
  attributes = true,
): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), 'evergen-rig-'));
  const taskQueue = `rig-${randomUUID()}`;
  const sinks = openSinks({ dataDir, env: {} });
  const { activities, close } = createActivities({
    clock,
    sinkOf: (spec) => sinks.of(parseJobSpec(spec).sink),
    dataDir,
  });
  const { code } = await workflowBundle();
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { code },
    activities: { ...activities },
    ...workerTuning,
  });
  const running = worker.run();
  const started: JobHandle[] = [];

  atEnd(async () => {
    worker.shutdown();
    await running;
    await close();
    for (const handle of started) await replayAll(environment.client, handle, code);
    await rm(dataDir, { recursive: true, force: true });
  });

  return {
    dataDir,
    async start(spec) {
      const id = typeof spec.id === 'string' ? spec.id : `job-${randomUUID()}`;
      const plan = planOf(parseJobSpec({ ...spec, id }), { job: id, run: runName(new Date()), version: '0.0.0' });
      const handle = await environment.client.workflow.start<typeof generate>(WORKFLOW_TYPE, {
        workflowId: id,
        taskQueue,
        args: [plan],
        workflowTaskTimeout: '3s',
        ...(attributes ? { searchAttributes: { JobState: ['running'], Scenario: [plan.scenario], Sink: [plan.sink] } } : {}),
      });
      started.push(handle);
      return handle;
    },
    runsOf: async (handle) => (await historiesOf(environment.client, handle)).length,
  };
}

/** The histories of a chain of continue-as-new. */
async function historiesOf(client: Client, handle: JobHandle) {
  const histories = [];
  for (let runId: string | null | undefined = handle.firstExecutionRunId; runId !== undefined && runId !== null && runId !== '';) {
    const history = await client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
    histories.push(history);
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return histories;
}

async function replayAll(client: Client, handle: JobHandle, code: string): Promise<void> {
  for (const history of await historiesOf(client, handle))
    await Worker.runReplayHistory({ workflowBundle: { code } }, history, handle.workflowId);
}
