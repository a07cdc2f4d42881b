/** The activity `clean`: deletes a run's data through its sink, and says beside the manifest what it deletes before it does. */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { SINK_REJECTED, type CleanAnswer, type CleanArgs } from '../workflows/messages';
import { publishFile, runFolder } from '../src/sinks/disk';
import type { Cleaned, Sink } from '../src/sinks/sink';
import { CLEAN_REPORT, cleanReportOf, filesOfTheRun, readCleanReport } from '../src/spec/clean-report';
import type { ActivityDeps } from './deps';
import { failureOf, isSuperseded } from './failures';
import { withHeartbeat } from './heartbeat';
import { requireHome } from './home';
import { addressOf } from './parts';
import type { Writers } from './writers';

export async function clean(deps: ActivityDeps, writers: Writers, args: CleanArgs): Promise<CleanAnswer> {
  try {
    return await withHeartbeat(undefined, () => cleaned(deps, writers, args));
  } catch (error) {
    // Somebody with newer rights has been here (a later run, a reset of the workflow): nothing of his is deleted.
    if (isSuperseded(error)) throw ApplicationFailure.nonRetryable(error.message, SINK_REJECTED);
    throw failureOf(error);
  }
}

async function cleaned(deps: ActivityDeps, writers: Writers, { plan, generation, mode, home }: CleanArgs): Promise<CleanAnswer> {
  const sink = deps.sinkOf(plan.spec);
  await requireHome(sink, home);
  const only = mode ?? undefined;
  const parts = plan.streams.flatMap((_, stream) => Array.from({ length: plan.shards }, (_, shard) => addressOf(plan, { stream, shard })));
  await Promise.all(parts.map((part) => writers.drop(part)));
  const folder = runFolder(deps.dataDir, plan);
  const ofTheRun = mode === null ? await filesOfTheRun(deps.dataDir, plan) : [];
  const foretold = (await sink.survey?.(parts, only)) ?? untouched(sink, plan);
  const earlier = await readCleanReport(folder);
  // Of a retry of this very clean; one that is asked for again lists only what it finds.
  const execution = Context.current().info.workflowExecution?.runId ?? '';
  const before = earlier?.generation === generation && earlier.execution === execution ? earlier.deleted_items : [];
  const publish = async (found: Omit<Cleaned, 'over'>, done: boolean) => {
    const report = cleanReportOf(found);
    await publishFile(
      folder,
      CLEAN_REPORT,
      generation,
      Buffer.from(`${JSON.stringify({ ...report, generation, execution, done }, null, 2)}\n`),
    );
    return report;
  };
  const planned = union(before, foretold.deleted, ofTheRun);
  await publish({ ...foretold, deleted: planned }, false);
  const swept = (await sink.clean?.(parts, generation, only)) ?? foretold;
  for (const path of ofTheRun) await unlink(join(deps.dataDir, path)).catch(() => undefined);
  const stays = (path: string) => swept.skipped.includes(path) || swept.errors.some((text) => text.startsWith(`${path}: `));
  const report = await publish({ ...swept, deleted: union(planned, swept.deleted).filter((path) => !stays(path)) }, true);
  return {
    deleted: report.deleted_count,
    skipped: report.skipped_items.length,
    errors: report.errors.length,
    over: swept.over,
  };
}

/** A topic, a target: what was sent is not evergen's to take back. */
function untouched(sink: Sink, run: { job: string; run: string }): Cleaned {
  const { kind, topic, url } = sink.output(run);
  const where = topic ?? url;
  return { deleted: [], skipped: where === undefined ? [] : [`${kind} ${where}`], errors: [], over: true };
}

const union = (...lists: readonly string[][]): string[] => [...new Set(lists.flat())].sort();
