/** `run` as a durable job: starts it, shows it, and says at the end what came of it. */
import type { JobBody } from '../../jobs/job-body';
import { ended, TemporalAway } from '../../jobs/jobs';
import { rates } from '../../jobs/rates';
import { defaultJobId, planOf } from '../../spec/plan';
import { runName } from '../../../workflows/naming';
import { BY } from '../change';
import type { Context } from '../context';
import { EXIT, Ending } from '../exit';
import { expectationLines, summaryLines } from '../job-text';
import { withJobsAt, type OpenJobs } from '../open-jobs';
import { called, programVersion } from '../program';
import { follow } from './follow';
import { findPlace, type Place } from './place';
import { createProgress, type Screen } from './progress';
import { repeatLine } from './repeat-line';
import type { Asked } from './spec-argument';

export interface Wishes {
  watch: boolean;
  json: boolean;
}

/** @throws Ending unless the job has come to its end */
export async function runDurably(context: Context, screen: Screen, asked: Asked, wishes: Wishes): Promise<void> {
  const interrupted = new AbortController();
  context.onInterrupt(() => interrupted.abort());
  const place = await findPlace(context, { facade: false, signal: interrupted.signal });
  try {
    await withJobsAt(place.found, context, (open) => runAt(place, open, context, screen, asked, wishes, interrupted.signal));
  } finally {
    await place.leave();
  }
}

async function runAt(
  place: Place,
  open: OpenJobs,
  context: Context,
  screen: Screen,
  asked: Asked,
  { watch, json }: Wishes,
  signal: AbortSignal,
): Promise<void> {
  const { spec } = asked;
  const now = new Date();
  const id = spec.id ?? defaultJobId(spec.scenario.name, now, Math.random());
  const plan = planOf(spec, { job: id, run: runName(now), version: programVersion() });
  const { started, snapshot } = await open.jobs.start(plan);
  const first = open.bodyOf(snapshot);
  const evergen = called(context.variables);
  context.say(started ? `job ${id} has started` : `job ${id} is ${first.state} already, with the same specification: watching it`);
  if (watch && first.web_ui_url !== null) context.say(`in the Temporal Web UI: ${first.web_ui_url}`);

  const progress = createProgress(screen, watch, asked.events);
  const following = { id, run: first.run ?? '', onLook: (job: JobBody) => progress.show(job) };
  let job = await follow(open, { ...following, signal }).catch((failure: unknown) => {
    progress.end();
    if (failure instanceof TemporalAway) context.say(goesOn(id, evergen, context.environment().TEMPORAL_ADDRESS));
    throw failure;
  });
  if (signal.aborted && !ended(job)) {
    progress.end();
    if (!place.own) {
      context.say(`job ${id} goes on: ${evergen} status ${id}, ${evergen} stop ${id}`);
      throw new Ending(EXIT.interrupted);
    }
    context.say(`stopping job ${id}`);
    await open.jobs.stop(id, BY);
    job = await follow(open, { ...following, signal: AbortSignal.timeout(10_000), onLook: () => undefined });
  }
  progress.end();
  tell(context, job, `${evergen} ${repeatLine(job, asked, (plan.timeline ?? plan.streams).length)}`, json);
  if (job.state === 'paused') throw new Ending(EXIT.failed, waiting(job, evergen, place.own));
  if (job.state === 'failed')
    throw new Ending(EXIT.failed, `job ${id} has failed${job.state_reason === null ? '' : `: ${job.state_reason}`}`);
  if (signal.aborted) throw new Ending(EXIT.interrupted);
  const missed = job.expect.filter(({ ok }) => !ok).map(({ rule }) => rule);
  if (missed.length > 0) throw new Ending(EXIT.unverified, `job ${id} does not meet what is expected of it: ${missed.join(', ')}`);
}

function tell(context: Context, job: JobBody, again: string, json: boolean): void {
  if (json) {
    const { target, changed, actual } = rates(job);
    return context.out(
      JSON.stringify(
        { ...job, target_rate: changed?.average ?? target, actual_rate: Math.round(actual * 1000) / 1000, repeat: again },
        null,
        2,
      ),
    );
  }
  context.say(`job ${job.id} is ${job.state}`);
  for (const line of [...summaryLines(job, again), ...expectationLines(job)]) context.out(line);
}

/** Nobody answers any more: what becomes of the job. @param address of a Temporal server that the user has named */
export const goesOn = (id: string, evergen: string, address: string | undefined): string =>
  `job ${id} is not lost, it goes on ${address === undefined ? `with the next ${evergen} up` : `when ${address} answers again`}: ${evergen} status ${id}`;

const waiting = (job: JobBody, evergen: string, own: boolean): string =>
  `job ${job.id} has paused: ${job.state_reason ?? ''}\nwhen that is mended: ${own ? `${evergen} up -d, then ` : ''}${evergen} resume ${job.id}`;
