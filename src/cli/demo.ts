/** `evergen demo`: the whole of evergen in half a minute, for somebody who has never seen it. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { JobBody } from '../jobs/job-body';
import { ended } from '../jobs/jobs';
import { pidOf, signal as signalTo } from '../temporal/processes';
import { verifyRunFolder } from '../verify/run-folder';
import { BY } from './change';
import type { Context } from './context';
import { startOverHttp, type Started } from './demo/crisis-call';
import { latestEvent } from './demo/latest-event';
import { EXIT, Ending } from './exit';
import { count, span } from '../figures';
import { summaryLines } from './job-text';
import { withJobsAt, type OpenJobs } from './open-jobs';
import { called } from './program';
import { follow } from './run/follow';
import { findPlace, type Place } from './run/place';
import { reportLines } from './verify';

/** 300 events in 30 s: long enough to kill something in the middle and to see it come back. */
const REQUEST = { duration_minutes: 0.5, rate_per_second: 10 };
const EVENTS = 300;
const JOB = 'crisis-intake';
const LINE_MS = 2_000;

export function demo(program: Command, context: Context): void {
  program
    .command('demo')
    .description('start everything, run one crisis job with a killed worker in the middle, verify its data')
    .action(async () => {
      const interrupted = new AbortController();
      context.onInterrupt(() => interrupted.abort());
      const place = await findPlace(context, { facade: true, signal: interrupted.signal });
      try {
        await show(place, context, interrupted.signal);
        await untilEnter(context, place.own, interrupted.signal);
      } finally {
        if (place.own) context.out('stopping facade, worker and Temporal server');
        await place.leave();
      }
      if (interrupted.signal.aborted) throw new Ending(EXIT.interrupted);
      const evergen = called(context.variables);
      context.out(
        `the data stays in ${context.environment().DATA_DIR}; ${evergen} up starts everything again, ${evergen} down --data removes it all`,
      );
    });
}

async function show(place: Place, context: Context, signal: AbortSignal): Promise<void> {
  const { addresses, uiUrl } = place.found;
  const crisis = addresses['crisis'];
  const api = addresses['api'];
  if (crisis === undefined)
    throw new Ending(EXIT.failed, 'the stack that is up has no crisis intake (CRISIS_PORT is off): nothing to show');
  context.out(place.own ? 'everything is ready' : 'a stack is up already: using that one');
  if (api !== undefined) {
    context.out(`  Console             ${api}`);
    context.out(`  API documentation   ${api}/docs`);
  }
  if (uiUrl !== null) context.out(`  Temporal Web UI     ${uiUrl}`);
  context.out('');
  context.out(`$ curl -X POST ${crisis}/generate -H 'content-type: application/json' -d '${JSON.stringify(REQUEST)}'`);
  const started = await startOverHttp(crisis, REQUEST, context.environment().EVERGEN_TOKEN);
  context.out(started.text);
  context.out('');
  const job = await withJobsAt(place.found, context, (open) => watch(open, place, context, started, signal));
  if (job.web_ui_url !== null) context.out(`this run in the Temporal Web UI: ${job.web_ui_url}`);
  context.out('');
  const again = `${called(context.variables)} run crisis --rate 10 --for 30s --seed ${String(job.seed)} --start ${job.start ?? ''}`;
  for (const line of summaryLines(job, again)) context.out(line);
  if (signal.aborted || job.output.path === undefined) return;
  context.out('');
  context.out(`$ ${called(context.variables)} verify ${JOB}`);
  const report = await verifyRunFolder(job.output.path);
  for (const line of reportLines(report)) context.out(line);
  if (!report.ok) throw new Ending(EXIT.unverified, `not verified:\n${report.problems.join('\n')}`);
}

/** Events as they come, and a worker killed in the middle of them. @returns the job at its end */
async function watch(open: OpenJobs, place: Place, context: Context, { run }: Started, signal: AbortSignal): Promise<JobBody> {
  let next = 0;
  let killed = false;
  const onLook = (job: JobBody): void => {
    const { emitted } = job.totals;
    if (!killed && place.own && emitted >= EVENTS / 3 && !ended(job)) {
      killed = true;
      killWorker(place, context);
    }
    if (performance.now() < next && !ended(job)) return;
    next = performance.now() + LINE_MS;
    const at = span(Date.now() - Date.parse(job.started_at)).padStart(6);
    context.out(`${at}  ${count(emitted).padStart(3)} of ${String(EVENTS)} events  ${latestEvent(job)}`.trimEnd());
  };
  const job = await follow(open, { id: JOB, run, signal, onLook });
  if (!signal.aborted || ended(job)) return job;
  context.out('interrupted: stopping the job');
  await open.jobs.stop(JOB, BY);
  return follow(open, { id: JOB, run, signal: AbortSignal.timeout(5_000), onLook: () => undefined });
}

function killWorker({ record }: Place, context: Context): void {
  const worker = record?.parts['worker'];
  if (worker === undefined || !signalTo(worker, 'SIGKILL')) return;
  context.out(`$ kill -9 ${String(pidOf(worker))}   # the worker, in the middle of its work: no event may be lost, doubled or changed`);
}

/** On a terminal everything stays up until Enter, so that one can look around; elsewhere nobody is there to press it. */
async function untilEnter(context: Context, own: boolean, signal: AbortSignal): Promise<void> {
  if (!own || signal.aborted || !context.isTerminal || !process.stdin.isTTY) return;
  context.out('');
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  await Promise.race([
    asking.question('Everything is still up at the addresses above. Press Enter to end it. ', { signal }).catch(() => undefined),
    new Promise((resolve) => asking.once('SIGINT', resolve)),
  ]);
  asking.close();
}
