/** `evergen status`: how a job stands. */
import type { Command } from 'commander';
import { timelineEntries } from '../jobs/operators-timeline';
import type { Context } from './context';
import { statusLines } from './job-text';
import { withJobs } from './open-jobs';
import { timelineLines } from './timeline-text';

export function status(program: Command, context: Context): void {
  program
    .command('status')
    .description('show how a job stands')
    .argument('<id>', 'job id')
    .option('--run <run>', 'an older run, by its name')
    .option('--json', 'the job as the API answers it')
    .action((id: string, { run, json }: { run?: string; json?: true }) =>
      withJobs(context, async ({ jobs, bodyOf }) => {
        const snapshot = await jobs.get(id, run);
        const job = bodyOf(snapshot);
        if (json) context.out(JSON.stringify(job, null, 2));
        else for (const line of statusLines(job, timelineLines(timelineEntries(snapshot.status)))) context.out(line);
      }),
    );
}
