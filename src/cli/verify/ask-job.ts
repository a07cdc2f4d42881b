/** What the job says that it has committed, for `verify` of a run that goes on: the record beside the data alone would not show what was deleted with it. */
import { realpath } from 'node:fs/promises';
import { ended, NoSuchJob, TemporalAway, type Snapshot } from '../../jobs/jobs';
import { runFolder } from '../../sinks/disk';
import type { Asking } from '../../verify/told';
import type { Context } from '../context';
import { withJobs, type OpenJobs } from '../open-jobs';
import { lookForStack } from '../stack/find';

type Answer = Awaited<ReturnType<Asking>>;

/** @param folder the run's, which may be a copy that the job knows nothing of */
export async function askJob(context: Context, folder: string, { job, run }: Parameters<Asking>[0]): Promise<Answer> {
  const environment = context.environment();
  if (lookForStack(environment) === null) return byRecordAlone(`no stack is running in ${environment.DATA_DIR}`);
  return withJobs(context, async (open) => {
    try {
      const snapshot = await open.jobs.get(job, run);
      if (!(await isSame(folder, folderOf(context, open, snapshot)))) return byRecordAlone('this is not the folder that it writes to');
      return answerOf(snapshot);
    } catch (failure) {
      if (failure instanceof NoSuchJob) return byRecordAlone('Temporal does not know it');
      if (failure instanceof TemporalAway) return byRecordAlone('Temporal does not answer');
      throw failure;
    }
  });
}

function answerOf({ status, worker, execution }: Snapshot): Answer {
  // What the manifest has answered says no more than the manifest.
  if (execution === null) return byRecordAlone('Temporal has forgotten it');
  if (status.state === 'cleaned') return { parts: [] };
  const parts = status.parts.map(({ stream, shard, next }) => ({ stream, shard, next }));
  if (ended(status)) return { parts, note: `the job has ended: ${status.reason ?? status.state}` };
  if (worker === 'here') return { parts };
  return { parts, note: 'no worker answers for the job: what it has committed is what was last seen of it' };
}

const byRecordAlone = (why: string): Answer => ({
  parts: [],
  note: `how many batches must be there is known from the run's own record alone, for the job could not be asked: ${why}`,
});

/** Where the run's manifest is; null where nothing can be read back. */
export function folderOf(context: Context, { bodyOf }: OpenJobs, snapshot: Snapshot): string | null {
  const { id, run, output } = bodyOf(snapshot);
  if (output.kind === 'disk' && output.path !== undefined) return output.path;
  // Batch folders and topics: it is where the data of a disk job would be.
  return (output.kind === 'folders' || output.kind === 'kafka') && run !== null
    ? runFolder(context.environment().DATA_DIR, { job: id, run })
    : null;
}

async function isSame(one: string, other: string | null): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => (path === null ? null : realpath(path).catch(() => null))));
  return a !== null && a === b;
}
