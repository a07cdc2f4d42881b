/** The jobs of a running stack, for one command: connected, with errors in the command line's terms, and closed at its end. */
import { ServiceError } from '@temporalio/client';
import { readVariables } from '../config/env';
import { jobBodyOf, type JobBody } from '../jobs/job-body';
import { JobActive, JobEnded, NoSuchJob, NotCleaned, NotPaused, TemporalAway, type Jobs, type Snapshot } from '../jobs/jobs';
import { NoSuchSchedule, ScheduleBusy, type Schedules } from '../jobs/schedules';
import { surveyRun } from '../jobs/clean';
import { temporalJobs } from '../jobs/temporal-jobs';
import { temporalSchedules } from '../jobs/temporal-schedules';
import { tutoringDefaults } from '../jobs/tutoring';
import { withTutoring } from '../jobs/tutoring-schedule';
import { nearest } from '../registry';
import { openSinks } from '../sinks/open';
import type { CleanReport } from '../spec/clean-report';
import { parseJobSpec } from '../spec/job-spec';
import { admit } from '../spec/surroundings';
import { connectClient } from '../temporal/connect';
import { ensureNamespace } from '../temporal/namespace';
import { nobodyAt, unreachable } from '../temporal/unreachable';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { programVersion } from './program';
import { findStack, type FoundStack } from './stack/find';

export interface OpenJobs {
  jobs: Jobs;
  schedules: Schedules;
  /** The job as the API answers it. */
  bodyOf(snapshot: Snapshot): JobBody;
  /** What a clean of the run would delete, with nothing done. */
  survey(snapshot: Snapshot): Promise<CleanReport>;
}

/** Calls on behalf of the stack that is up. @throws Ending, in place of every error of `Jobs` */
export const withJobs = <T>(context: Context, act: (open: OpenJobs) => Promise<T>): Promise<T> =>
  withJobsAt(findStack(context.environment()), context, act);

export async function withJobsAt<T>(
  { temporal, uiUrl }: Pick<FoundStack, 'temporal' | 'uiUrl'>,
  context: Context,
  act: (open: OpenJobs) => Promise<T>,
): Promise<T> {
  const environment = context.environment();
  const { DATA_DIR, TEMPORAL_ADDRESS: named } = environment;
  const variables = readVariables(context.variables, context.folder);
  const connection = connectClient(temporal);
  const sinks = openSinks({ dataDir: DATA_DIR, env: variables });
  const { namespace } = temporal;
  const prepare = () => ensureNamespace(connection, namespace, 1500);
  const here = { connection, namespace, prepare, admit: (spec: unknown) => admit(spec, variables) };
  const jobs = temporalJobs({ ...here, dataDir: DATA_DIR });
  const own = { defaults: tutoringDefaults(environment), version: programVersion(), refresh: false, admit: here.admit };
  const schedules = withTutoring(temporalSchedules(here), own);
  const surroundings = {
    outputOf: ({ job, run, spec }: Snapshot['status']['plan']) => sinks.of(parseJobSpec(spec).sink).output({ job, run: run ?? '' }),
    webUiUrl: (id: string, execution: string) =>
      uiUrl === null ? null : `${uiUrl.replace(/\/$/, '')}/namespaces/${namespace}/workflows/${encodeURIComponent(id)}/${execution}`,
  };
  try {
    return await act({
      jobs,
      schedules,
      bodyOf: (snapshot) => jobBodyOf(snapshot, surroundings, Date.now()),
      survey: ({ status: { plan } }) => surveyRun(sinks.of(parseJobSpec(plan.spec).sink), DATA_DIR, plan),
    });
  } catch (failure) {
    throw await inTermsOfCommands(failure, temporal.address, named !== undefined, jobs);
  } finally {
    await sinks.close();
    await connection.close();
  }
}

/** @param named the user names the server, so that no `up` starts it */
async function inTermsOfCommands(failure: unknown, address: string, named: boolean, jobs: Jobs): Promise<unknown> {
  const away = failure instanceof TemporalAway || failure instanceof ServiceError || unreachable(failure, address) !== null;
  if (away && named) return new Ending(EXIT.failed, nobodyAt(address));
  if (away) return new Ending(EXIT.failed, `Temporal does not answer at ${address}: is the stack up? (evergen up, evergen logs)`);
  if (failure instanceof NoSuchJob) return new Ending(EXIT.input, `${failure.message}${await alike(failure.id, jobs)}`);
  if (failure instanceof NotCleaned) return new Ending(EXIT.failed, failure.message);
  if (failure instanceof NoSuchSchedule) return new Ending(EXIT.input, `${failure.message} (evergen schedule list)`);
  if (failure instanceof ScheduleBusy) return new Ending(EXIT.input, failure.message);
  if (failure instanceof JobActive || failure instanceof JobEnded || failure instanceof NotPaused)
    return new Ending(EXIT.input, failure.message);
  return failure;
}

/** `: did you mean 'nightly'?` */
async function alike(id: string, jobs: Jobs): Promise<string> {
  try {
    const known = [...new Set((await jobs.list({ limit: 1000 })).jobs.map((job) => job.id))];
    if (known.includes(id)) return '';
    if (known.length === 0) return ': no job was ever started here';
    const near = nearest(id, known) ?? known.find((name) => name.startsWith(id));
    return near === undefined ? ' (evergen jobs lists them)' : `: did you mean '${near}'?`;
  } catch {
    return '';
  }
}
