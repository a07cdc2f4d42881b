/** What `pause`, `resume` and `stop` have in common: one call, and the job as it is then. */
import type { Command } from 'commander';
import type { Context } from './context';
import { counted } from './figures';
import { withJobs } from './open-jobs';

export const BY = 'cli';

export function change(program: Command, context: Context, action: 'pause' | 'resume' | 'stop', description: string): void {
  program
    .command(action)
    .description(description)
    .argument('<id>', 'job id')
    .option('--json', 'the job as the API answers it')
    .action((id: string, { json }: { json?: true }) =>
      withJobs(context, async ({ jobs, bodyOf }) => {
        const job = bodyOf(await jobs[action](id, BY));
        if (json) context.out(JSON.stringify(job, null, 2));
        else context.out(`${job.id}: ${job.state}${job.settling ? ' (settling)' : ''}, ${counted(job.totals.emitted, 'event')} emitted`);
      }),
    );
}
