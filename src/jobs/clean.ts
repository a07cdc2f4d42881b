/** Deleting a job's data: a paused job does it itself and ends; for one that has ended the workflow `clean` does. */
import { WorkflowFailedError, type Client, type Connection } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import { CLEAN_WORKFLOW_TYPE, TASK_QUEUE, type CleanAnswer, type Plan, type PublishArgs, type Status } from '../../workflows/messages';
import type { Sink } from '../sinks/sink';
import { cleanReportOf, filesOfTheRun, readCleanReport, type CleanReport } from '../spec/clean-report';
import { runFolder } from '../sinks/disk';
import { withinDeadline } from './deadline';
import { NotCleaned } from './jobs';

/** Of a run that has ended nobody has newer rights: whoever still writes is late. */
const LAST_GENERATION = Number.MAX_SAFE_INTEGER;

/**
 * Starts the workflow for a run that has ended, or joins the one that is at it.
 * @returns undefined when it takes longer than `waitMs`
 * @throws NotCleaned with the sink's own words for what no further try mends: settings that are missing, a later run's rights
 */
export async function cleanEnded(
  connection: Connection,
  client: Client,
  status: Status,
  mode: string | undefined,
  waitMs: number,
): Promise<CleanAnswer | undefined> {
  const args = { ...publishArgs(status), generation: LAST_GENERATION };
  const { job, run } = args.plan;
  const handle = await withinDeadline(connection, () =>
    client.workflow.start<(run: PublishArgs, mode: string | null) => Promise<CleanAnswer>>(CLEAN_WORKFLOW_TYPE, {
      workflowId: `clean/${job}/${run}`,
      taskQueue: TASK_QUEUE,
      args: [args, mode ?? null],
      workflowTaskTimeout: '3s',
      // Two callers at the same time are one clean; one after the other, the second deletes what the first could not.
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `deletes the data of ${job}, run ${run}`,
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    return await Promise.race([handle.result(), patience]);
  } catch (failure) {
    if (!(failure instanceof WorkflowFailedError)) throw failure;
    throw new NotCleaned(job, rootCause(failure.cause) ?? failure.message);
  } finally {
    clearTimeout(timer);
  }
}

function publishArgs(status: Status): Omit<PublishArgs, 'generation'> {
  const { plan, state, timeline, startedAtMs, finishedAtMs, pausedMs, skipped, journal, parts, home } = status;
  return {
    // A job that was terminated before its first settle has neither run nor start; its data is nothing.
    plan: { ...plan, run: plan.run ?? '', seed: plan.seed ?? 0, startUs: plan.startUs ?? startedAtMs * 1000 },
    timeline,
    state,
    startedAtMs,
    finishedAtMs,
    pausedMs,
    skipped,
    journal,
    parts,
    home,
  };
}

/** What a clean of this run would delete, with nothing done. */
export async function surveyRun(sink: Sink, dataDir: string, { job, run, streams, shards }: Plan, mode?: string): Promise<CleanReport> {
  const parts = streams.flatMap(({ name: stream }) =>
    Array.from({ length: shards }, (_, shard) => ({ job, run: run ?? '', stream, shard, shards })),
  );
  const found = (await sink.survey?.(parts, mode)) ?? { deleted: [], skipped: [], errors: [] };
  const ofTheRun = mode === undefined && run !== null ? await filesOfTheRun(dataDir, { job, run }) : [];
  return cleanReportOf({ ...found, deleted: [...new Set([...found.deleted, ...ofTheRun])].sort() });
}

/** What a clean of a run has deleted: of one that was cleaned before, nothing more. Null: there was none here. */
export async function newlyDeleted(dataDir: string, before: Status, { plan }: Status): Promise<CleanReport | null> {
  const report = await cleanReportFor(dataDir, plan);
  if (report === null || before.state !== 'cleaned' || before.plan.run !== plan.run) return report;
  return { ...report, deleted_items: [], deleted_count: 0 };
}

/** What the last clean of this run has deleted; null when there was none here. */
export async function cleanReportFor(dataDir: string, { job, run }: Plan): Promise<CleanReport | null> {
  const kept = run === null ? null : await readCleanReport(runFolder(dataDir, { job, run }));
  if (kept === null) return null;
  const { deleted_items, deleted_count, skipped_items, errors } = kept;
  return { deleted_items, deleted_count, skipped_items, errors };
}
