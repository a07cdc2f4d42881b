/** `evergen run`: one job from its specification to its end, or a stream of events without any job. */
import type { Command } from 'commander';
import { text } from 'node:stream/consumers';
import { realClock } from '../../activities/clock';
import { runName } from '../../workflows/naming';
import { UserError } from '../spec/failures';
import { formatInstant } from '../spec/instants';
import { jobId } from '../spec/job-spec';
import { planOf } from '../spec/plan';
import { fixedNow } from '../spec/preview';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { counted } from '../figures';
import { Problems } from './problems';
import { called, programVersion } from './program';
import { runDurably } from './run/durable';
import { specLike } from './run/like';
import { readSpec, type Asked, type SpecOptions } from './run/spec-argument';
import { paceTo } from './run/to-stdout';

interface Options extends SpecOptions {
  watch?: true;
  json?: true;
  stdout?: true;
  sample?: string;
  like?: string;
  run?: string;
  id?: string;
}

/** The options of SPEC, for every command that takes one. @param argument `[spec]` where something else may say it */
export const withSpec = (command: Command, argument = '<spec>'): Command =>
  command
    .argument(argument, "a specification's file, - for standard input, or a scenario's name with the options below")
    .option('--rate <n>', 'events a second (with a name; default 10)')
    .option('--every <duration>', 'a batch each interval (10s, PT10S); with --rate the events of an interval in one')
    .option('--for <duration>', 'how long: 30s, 5m, PT5M')
    .option('--events <n>', 'at most so many events')
    .option('--seed <n>', '0 to 4294967295; the same seed and start make the same bytes')
    .option('--start <instant>', 'due time of the first batch (RFC 3339); in the past: backfill')
    .option('--to <sink>', 'disk, kafka, kafka:TOPIC, http, http:URL or drop (default disk)');

export function run(program: Command, context: Context): void {
  withSpec(program.command('run').description('run a job to its end and sum it up'), '[spec]')
    .option('--like <id>', "instead of SPEC: a job's newest run again, with all that was done to it, under a new id; the same bytes")
    .option('--run <run>', 'with --like: an older run, by its name')
    .option('--id <id>', 'job id; default: that of the specification, or a new one')
    .option('--watch', 'show the whole status, each second')
    .option('--stdout', 'write the events to standard output instead, at their pace: no Temporal, no files, not durable')
    .option('--sample <n>', 'with --stdout: end after so many events')
    .option('--json', 'sum up as JSON: the job as the API answers it, rates and the line that repeats it')
    .action(async (argument: string | undefined, { watch, json, stdout, sample, like, run, id, ...options }: Options) => {
      const problems = new Problems();
      const given = await problems.of(() => askedFor(context, argument, like, run, options));
      const name = id === undefined ? undefined : await problems.of(() => idNamed(id));
      const most = sample === undefined ? null : problems.whole('--sample', sample, 1, Number.MAX_SAFE_INTEGER);
      if (sample !== undefined && !stdout) problems.say('--sample', 'goes with --stdout');
      if (stdout && options.to !== undefined) problems.say('--to', 'goes without --stdout');
      problems.end();
      if (given === undefined) throw new Error('nothing to run, and no reason why');
      const asked = name === undefined ? given : { ...given, spec: { ...given.spec, id: name } };
      for (const note of asked.notes) context.say(note);
      if (asked.endless && most === null)
        context.say(`no --for and no --events were given: it goes on until Ctrl-C${stdout ? '' : ' or evergen stop'}`);
      if (stdout) return toStdout(context, asked, most);
      await runDurably(context, process.stderr, asked, { watch: watch ?? false, json: json ?? false });
    });
}

async function askedFor(
  context: Context,
  argument: string | undefined,
  like: string | undefined,
  run: string | undefined,
  options: SpecOptions,
): Promise<Asked> {
  if (like === undefined) {
    if (run !== undefined) throw new UserError('--run goes with --like');
    if (argument === undefined) throw new UserError("what to run is missing: a file, -, a scenario's name, or --like ID");
    return readSpec(argument, options, () => text(process.stdin));
  }
  const refused = [...(argument === undefined ? [] : [argument]), ...Object.keys(options).map((name) => `--${name}`)];
  if (refused.length > 0)
    throw new UserError(`${refused.join(', ')} ${refused.length === 1 ? 'goes' : 'go'} without --like, which says it all`);
  return specLike(context, like, run);
}

function idNamed(id: string): string {
  const read = jobId.safeParse(id);
  if (read.success) return read.data;
  const message = read.error.issues.map((issue) => issue.message).join('; ');
  throw new UserError(`--id ${message}`, [{ path: '--id', message }]);
}

async function toStdout(context: Context, { spec, again }: Asked, sample: number | null): Promise<void> {
  const now = new Date();
  const plan = fixedNow(planOf(spec, { job: spec.id ?? 'stdout', run: runName(now), version: programVersion() }), now);
  if (spec.expect !== undefined) context.say('expect is not looked at with --stdout: there is no job to judge');
  const ending = new AbortController();
  let by: NodeJS.Signals | null = null;
  context.onInterrupt((signal) => {
    by = signal;
    ending.abort();
  });
  const { events } = await paceTo(process.stdout, plan, realClock(), { sample, signal: ending.signal });
  const line = again({ seed: plan.seed, start: formatInstant(plan.startUs / 1000) });
  context.say(`${counted(events, 'event')}; the same again: ${called(context.variables)} ${line} --stdout`);
  // A reader that has gone (`| head`) had enough.
  if (by !== null && by !== 'SIGHUP') throw new Ending(EXIT.interrupted);
}
