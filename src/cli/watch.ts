/** `evergen watch`: a job as it moves, until it ends. On a terminal its whole status, written over; elsewhere a line each second. */
import type { Command } from 'commander';
import { ended } from '../jobs/jobs';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { statusLines } from './job-text';
import { withJobs } from './open-jobs';
import { follow } from './run/follow';
import { createProgress, type Progress } from './run/progress';

export function watch(program: Command, context: Context): void {
  program
    .command('watch')
    .description('show a job as it moves, until it ends; Ctrl-C ends the watching, not the job')
    .argument('<id>', 'job id')
    .option('--run <run>', 'an older run, by its name')
    .option('--json', 'each change as a line: the job as the API answers it')
    .action((id: string, { run, json }: { run?: string; json?: true }) =>
      withJobs(context, async (open) => {
        const first = await open.jobs.get(id, run);
        const interrupted = new AbortController();
        context.onInterrupt(() => interrupted.abort());
        const progress = json ? asJson(context) : createProgress(process.stderr, true);
        const job = await follow(open, {
          id,
          run: open.bodyOf(first).run ?? '',
          signal: interrupted.signal,
          patient: true,
          onLook: (seen) => progress.show(seen),
        });
        progress.end();
        if (!ended(job)) throw new Ending(EXIT.interrupted);
        if (!json) for (const line of statusLines(job)) context.out(line);
      }),
    );
}

/** One line a change. */
function asJson({ out }: Context): Pick<Progress, 'show' | 'end'> {
  let last = '';
  return {
    show(job) {
      const line = JSON.stringify(job);
      if (line !== last) out(line);
      last = line;
    },
    end: () => undefined,
  };
}
