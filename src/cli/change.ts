/** What `pause`, `resume` and `stop` have in common: one call, and the job as it is then. */
import type { Command } from 'commander';
import type { Context } from './context';
import { counted } from '../figures';
import type { JobBody } from '../jobs/job-body';
import { withJobs } from './open-jobs';
import { follow, type Following } from './run/follow';

const STOPPED_MS = 3_000;

export const BY = 'cli';

export function change(program: Command, context: Context, action: 'pause' | 'resume' | 'stop', description: string): void {
  program
    .command(action)
    .description(description)
    .argument('<id>', 'job id')
    .option('--json', 'the job as the API answers it')
    .action((id: string, { json }: { json?: true }) =>
      withJobs(context, async (open) => {
        const { jobs, bodyOf } = open;
        const answered = bodyOf(await jobs[action](id, BY));
        // Writers that are at work have half a second to end.
        const job = action === 'stop' ? await follow(open, until(answered)) : answered;
        if (json) context.out(JSON.stringify(job, null, 2));
        else context.out(`${job.id}: ${job.state}${job.settling ? ' (settling)' : ''}, ${counted(job.totals.emitted, 'event')} emitted`);
      }),
    );
}

const until = ({ id, run }: JobBody): Following => ({
  id,
  run: run ?? '',
  signal: AbortSignal.timeout(STOPPED_MS),
  onLook: () => undefined,
});
