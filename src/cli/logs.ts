/** `evergen logs`: what the parts of the stack have written, filtered, followed on request. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { logFormat, textLines } from '../log';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { withJobs } from './open-jobs';
import { startedId } from '../spec/job-spec';
import { runningStack } from './stack/record';
import { followLines, lastLines, levels, type Filter } from './stack/log-reader';
import type { Line } from './stack/lines';

interface Options {
  follow?: true;
  tail: number;
  level: Filter['level'];
}

export function logs(program: Command, context: Context): void {
  program
    .command('logs')
    .description('show the log lines of worker, facade and Temporal server')
    .argument('[job]', 'only lines about this job id, run or component')
    .option('-f, --follow', 'go on with what comes')
    .option('--tail <n>', 'number of lines to begin with', wholeNumber, 200)
    .addOption(new Option('--level <level>', 'this level or worse').choices(levels).default('debug'))
    .action(async (job: string | undefined, { follow, tail, level }: Options) => {
      const { DATA_DIR } = context.environment();
      const filter: Filter = { level, ...(job === undefined ? {} : { about: job }) };
      const print = printer(context);
      let shown = 0;
      const end = lastLines(DATA_DIR, filter, tail, (line) => {
        shown++;
        print(line);
      });
      if (shown === 0 && tail > 0 && job !== undefined) {
        if (!follow) await requireJob(context, job);
        context.say(`no lines about ${job}`);
      }
      if (!follow) return;
      const asked = new AbortController();
      context.onInterrupt(() => asked.abort());
      await followLines(DATA_DIR, filter, end, print, asked.signal);
      throw new Ending(EXIT.interrupted);
    });
}

/** Where a stack is up it knows whether there is such a job. @throws Ending when there is none, and `about` is nothing else either */
async function requireJob(context: Context, about: string): Promise<void> {
  const stack = runningStack(context.environment().DATA_DIR);
  const isPart = Object.keys(stack?.parts ?? {}).some((name) => name.replace(/-\d+$/, '') === about.replace(/-\d+$/, ''));
  if (stack?.ready && !isPart && startedId.safeParse(about).success) await withJobs(context, ({ jobs }) => jobs.get(about));
}

function printer(context: Context): (line: Line) => void {
  if (logFormat(context.environment().LOG_FORMAT, context.isTerminal) === 'json') return (line) => context.out(JSON.stringify(line));
  const text = textLines({ write: (line: string) => context.out(line.trimEnd()) }, context.isTerminal);
  return (line) => text.write(JSON.stringify(line));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Must be a whole number.');
  return Number(text);
}
