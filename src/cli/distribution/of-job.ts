/** Events of a job, made again as far as they are committed: wherever they went, these are the ones. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Status } from '../../../workflows/messages';
import { namePlan } from '../../../workflows/naming';
import { BatchBuffer } from '../../fields/batch-buffer';
import { KeptRuns } from '../../jobs/kept-runs';
import { UserError } from '../../spec/failures';
import { generationOf, make } from '../../spec/generation';
import type { Context } from '../context';
import { withJobs } from '../open-jobs';
import { lookForStack } from '../stack/find';

/** Id of the newest job of a scenario. @throws UserError when there is none */
export async function newestOf(context: Context, scenario: string): Promise<string> {
  const environment = context.environment();
  const id =
    lookForStack(environment) === null
      ? await newestKept(environment.DATA_DIR, scenario)
      : await withJobs(context, async ({ jobs }) => (await jobs.list({ limit: 1, scenario })).jobs[0]?.id);
  if (id === undefined) throw new UserError(`there is no ${scenario} job yet (evergen ${scenario} invoke), and no file was named`);
  return id;
}

async function newestKept(dataDir: string, scenario: string): Promise<string | undefined> {
  const kept = new KeptRuns(dataDir);
  const jobs = await readdir(join(dataDir, 'jobs')).catch(() => []);
  const found = await Promise.all(jobs.map((job) => kept.status(job)));
  return found
    .flatMap((status) => (status?.plan.scenario === scenario ? [status] : []))
    .sort((a, b) => a.startedAtMs - b.startedAtMs)
    .at(-1)?.plan.job;
}

/** The newest run. @throws UserError when there is none */
export async function statusOf(context: Context, id: string): Promise<Status> {
  const environment = context.environment();
  if (lookForStack(environment) !== null) return withJobs(context, async ({ jobs }) => (await jobs.get(id)).status);
  const status = await new KeptRuns(environment.DATA_DIR).status(id);
  if (status === null) throw new UserError(`there is neither a file nor a job ${id} in ${environment.DATA_DIR}`);
  return status;
}

/** @throws UserError when the job has not begun */
export async function* committedLines({ plan, timeline, parts, startedAtMs }: Status): AsyncGenerator<string> {
  if (plan.startUs === null || timeline.length === 0) throw new UserError(`job ${plan.job} has not begun yet`);
  const fixed = { ...namePlan(plan, { startTime: new Date(startedAtMs) }), startUs: plan.startUs };
  const generation = generationOf(fixed, timeline);
  const buffer = new BatchBuffer();
  for (const { stream, shard, next } of parts) {
    for (let b = shard; b < next; b += plan.shards) {
      const text = make(generation, stream, b, buffer).bytes.toString();
      yield* text.split('\n').slice(0, -1);
    }
  }
}
