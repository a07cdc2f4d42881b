/** `evergen up`: everything at once, supervised, until it is told to stop. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { standBy, wakeJobs, type StackJobs, type Woken } from '../jobs/standby';
import { logFormat, textLines } from '../log';
import { homeOf } from '../sinks/disk';
import { connectClient, temporalSettings } from '../temporal/connect';
import type { Context } from './context';
import { fleetStarter } from './fleet-start';
import { NoLongerWanted } from './stack/part';
import { greeting, lacksOf } from './stack/greeting';
import type { Line } from './stack/lines';
import { startInBackground, type BackgroundOptions } from './stack/background';
import { runningStack, type StackRecord, type TemporalRecord } from './stack/record';
import { UserError } from '../spec/failures';
import { startStack, type StackHooks } from './stack/stack';

interface Options {
  detach?: true;
  workers: number;
  kafka?: true;
}

/**
 * Jobs stand by while the stack is down as planned, and go on with the next one.
 * @param first done before they go on
 */
export const hooksOf = (context: Context, first: (jobs: StackJobs) => Promise<unknown> = () => Promise.resolve()): StackHooks => {
  const jobs = async <T>({ address }: TemporalRecord, work: (jobs: StackJobs) => Promise<T>): Promise<T> => {
    const environment = context.environment();
    const settings = temporalSettings(environment, address);
    const connection = connectClient(settings);
    try {
      const ownServer = environment.TEMPORAL_ADDRESS === undefined;
      return await work({ connection, namespace: settings.namespace, home: await homeOf(environment.DATA_DIR), ownServer });
    } finally {
      await connection.close();
    }
  };
  const resumed = async (stack: StackJobs): Promise<Woken> => {
    await first(stack);
    return wakeJobs(stack);
  };
  return { resumed: (at) => jobs(at, resumed), beforeStop: (at) => jobs(at, standBy) };
};

export function up(program: Command, context: Context): void {
  program
    .command('up')
    .description('start Temporal (unless TEMPORAL_ADDRESS names one), worker and facade, and keep them running')
    .option('-d, --detach', 'go to the background when every part is ready')
    .option('--workers <n>', 'number of worker processes', wholeNumber, 1)
    .option('--kafka', 'also a Kafka broker (needs Java 17), unless KAFKA_BOOTSTRAP names one')
    .helpOption('-h, --help', 'show this help')
    .action((options: Options) => (options.detach ? upInBackground(context, options) : upHere(context, false, options)));
  // What `up -d` starts: the same, writing its record for a background process.
  program
    .command('up-in-background', { hidden: true })
    .option('--workers <n>', '', wholeNumber, 1)
    .option('--kafka', '')
    .action((options: Options) => upHere(context, true, options));
}

async function upHere(context: Context, detached: boolean, { workers, kafka = false }: BackgroundOptions): Promise<void> {
  const environment = context.environment();
  const asked = new AbortController();
  context.onInterrupt(() => asked.abort());
  const print = detached ? () => undefined : printer(context);
  const onLine = (line: Line): void => {
    if (line.level !== 'debug') print(line);
  };
  const start = {
    environment,
    variables: context.variables,
    folder: context.folder,
    workers,
    kafka,
    detached,
    hooks: hooksOf(context, fleetStarter(environment, context)),
    onLine,
    say: context.say,
  };
  const stack = await startStack({ ...start, signal: asked.signal }).catch((error: unknown) => {
    if (asked.signal.aborted && error instanceof NoLongerWanted) return null;
    throw error;
  });
  if (stack === null) return;
  if (!detached)
    for (const line of greeting(stack.record, environment.DATA_DIR, called(context), environment.EVERGEN_TOKEN !== undefined))
      context.out(line);
  if (!asked.signal.aborted) await new Promise((resolve) => asked.signal.addEventListener('abort', resolve));
  context.say(`stopping: facade, worker, Temporal server${stack.record.kafka === null ? '' : ', Kafka broker'}`);
  await stack.stop();
  context.say('evergen is down');
}

export async function upInBackground(context: Context, options: BackgroundOptions): Promise<void> {
  const environment = context.environment();
  const there = runningStack(environment.DATA_DIR);
  // One without a facade is that of a `run`, gone with it.
  if (there?.ready && there.parts['facade'] !== undefined) return tellAlreadyUp(context, there, options);
  fleetStarter(environment, context);
  const record = await startInBackground(context, environment.DATA_DIR, options);
  for (const line of greeting(record, environment.DATA_DIR, called(context), environment.EVERGEN_TOKEN !== undefined)) context.out(line);
}

/** Nothing to do, unless another stack is asked for than the one that is there. */
function tellAlreadyUp(context: Context, there: StackRecord, { workers, kafka = false }: BackgroundOptions): void {
  const { DATA_DIR, EVERGEN_TOKEN, KAFKA_BOOTSTRAP } = context.environment();
  const lacks = lacksOf(there, { workers, kafka: kafka && KAFKA_BOOTSTRAP === undefined });
  if (lacks.length > 0) throw new UserError(`evergen is up already in ${DATA_DIR}, and ${lacks.join(', and ')}: evergen down ends it`);
  const first = 'evergen is up already, and stays as it is';
  // What was paused when it started may go on by now.
  for (const line of greeting({ ...there, paused: [] }, DATA_DIR, called(context), EVERGEN_TOKEN !== undefined, first)) context.out(line);
}

/** Log lines of the parts on standard output, as text on a terminal. */
function printer(context: Context): (line: Line) => void {
  const { LOG_FORMAT } = context.environment();
  const write = (text: string): void => context.out(text.trimEnd());
  if (logFormat(LOG_FORMAT, context.isTerminal) === 'json') return (line) => write(JSON.stringify(line));
  const lines = textLines({ write }, context.isTerminal);
  return (line) => lines.write(JSON.stringify(line));
}

const called = ({ variables }: Context): string => (variables['npm_command'] === 'exec' ? 'npx evergen' : './evergen');

function wholeNumber(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('Must be a whole number from 1 to 99.');
  return Number(text);
}
