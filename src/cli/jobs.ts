/** `evergen jobs`: the runs that this stack knows, newest first. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { jobStates } from '../jobs/job-body';
import type { Listed, ListQuery } from '../jobs/jobs';
import { formatInstant } from '../spec/instants';
import type { Context } from './context';
import { span } from '../figures';
import { withJobs } from './open-jobs';
import { table } from './table';

interface Options {
  state?: (typeof jobStates)[number];
  scenario?: string;
  limit: number;
  json?: true;
}

export function jobs(program: Command, context: Context): void {
  program
    .command('jobs')
    .description('list the jobs, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(jobStates))
    .option('--scenario <name>', 'only those of this scenario')
    .option('--limit <n>', 'at most so many', upToThousand, 50)
    .option('--json', 'as the API answers')
    .action(({ json, limit, state, scenario }: Options) =>
      withJobs(context, async ({ jobs }) => {
        const query: ListQuery = { limit, ...(state === undefined ? {} : { state }), ...(scenario === undefined ? {} : { scenario }) };
        const page = await jobs.list(query);
        if (json) return context.out(JSON.stringify({ jobs: page.jobs.map(wire), next_page_token: page.nextPageToken }, null, 2));
        if (page.jobs.length === 0) return context.out('no jobs');
        for (const line of table(['JOB', 'STATE', 'SCENARIO', 'SINK', 'STARTED', 'TOOK', 'RUN'], page.jobs.map(row))) context.out(line);
        if (page.nextPageToken !== null) context.say(`there are more than ${String(limit)}: --limit shows up to 1000`);
      }),
    );
}

const row = ({ id, state, scenario, sink, startedAtMs, finishedAtMs, run }: Listed): string[] => [
  id,
  state,
  scenario,
  sink,
  formatInstant(startedAtMs).slice(0, 19).replace('T', ' '),
  finishedAtMs === null ? '' : span(finishedAtMs - startedAtMs),
  run ?? '',
];

const wire = ({ startedAtMs, finishedAtMs, ...rest }: Listed) => ({
  ...rest,
  started_at: formatInstant(startedAtMs),
  finished_at: finishedAtMs === null ? null : formatInstant(finishedAtMs),
});

function upToThousand(text: string): number {
  if (!/^([1-9]\d{0,2}|1000)$/.test(text)) throw new InvalidArgumentError('Must be a whole number from 1 to 1000.');
  return Number(text);
}
