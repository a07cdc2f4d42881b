/** Which folder `verify` is about: that of a job's run, or the one that was named. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NoSuchJob, TemporalAway, type Snapshot } from '../../jobs/jobs';
import { nearest } from '../../registry';
import { disk } from '../../sinks/disk';
import { UserError } from '../../spec/failures';
import { startedId } from '../../spec/job-spec';
import { MANIFEST } from '../../spec/manifest';
import { allMissing } from '../../verify/told';
import type { Context } from '../context';
import { EXIT, Ending } from '../exit';
import { withJobs } from '../open-jobs';
import { lookForStack } from '../stack/find';
import { folderOf } from './ask-job';

/** Names of runs sort by time. */
const RUN = /^\d{8}T\d{6}\.\d{3}Z$/;

/** @throws UserError when there is no such run, or its sink keeps nothing that could be read */
export async function runFolderOf(context: Context, what: string, run: string | undefined): Promise<string> {
  const named = resolve(context.folder, what);
  // What looks like a path is one; of a plain word the job goes first.
  if (!startedId.safeParse(what).success) return runIn(named, run, `there is no folder ${named}`);
  const environment = context.environment();
  const told = lookForStack(environment) === null ? null : await ask(context, what, run);
  if (told !== null) return told;
  const kept = join(environment.DATA_DIR, 'jobs', what);
  if (await isThere(kept)) return runIn(kept, run, '');
  if (await isThere(named)) return runIn(named, run, '');
  const known = await namesIn(join(environment.DATA_DIR, 'jobs'));
  const near = nearest(what, known);
  throw new UserError(`there is no job ${what} in ${environment.DATA_DIR}${near === undefined ? '' : `: did you mean '${near}'?`}`);
}

/** Where the stack says that the data is; null when it does not know the job (any more). */
async function ask(context: Context, id: string, run: string | undefined): Promise<string | null> {
  return withJobs(context, async (open) => {
    try {
      const snapshot = await open.jobs.get(id, run);
      const folder = folderOf(context, open, snapshot);
      if (folder === null)
        throw new UserError(`job ${id} writes to ${snapshot.status.plan.sink}, where nothing can be read back: there is nothing to verify`);
      await requireAnything(folder, snapshot);
      return folder;
    } catch (failure) {
      if (failure instanceof NoSuchJob || failure instanceof TemporalAway) return null;
      throw failure;
    }
  });
}

/** Without the folder that a disk job has made before anything else, there is not even a manifest to compare with. */
async function requireAnything(folder: string, { status: { plan, parts, state } }: Snapshot): Promise<void> {
  const missing =
    plan.sink === disk.name && state !== 'cleaned' && !(await isThere(folder)) ? allMissing(parts, plan.streams, plan.shards) : [];
  if (missing.length > 0)
    throw new Ending(
      EXIT.unverified,
      `not verified: ${folder} is gone, with all that job ${plan.job} has committed (${missing.join(', ')})`,
    );
}

/** The folder itself if it is a run's, else the run in it: the named or the newest one. */
async function runIn(folder: string, run: string | undefined, absent: string): Promise<string> {
  if (!(await isThere(folder))) throw new UserError(absent);
  if (run === undefined && (await isThere(join(folder, MANIFEST)))) return folder;
  const runs = (await namesIn(folder)).filter((name) => RUN.test(name)).sort();
  if (run !== undefined && !runs.includes(run))
    throw new UserError(`${folder} has no run ${run}${runs.length === 0 ? '' : ` (runs: ${runs.slice(-10).join(', ')})`}`);
  const chosen = run ?? runs.at(-1);
  if (chosen === undefined) throw new UserError(`${folder} holds no ${MANIFEST} and no runs: it is not the folder of a run or job`);
  return join(folder, chosen);
}

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;
const namesIn = async (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
