/** `evergen pace`: another pace for a job, from the next batch on. */
import type { Command } from 'commander';
import { describePace } from '../jobs/load-text';
import { check, UserError } from '../spec/failures';
import { pace as schema } from '../spec/pace';
import { parsePace } from '../spec/pace-numbers';
import { BY } from './change';
import type { Context } from './context';
import { withJobs } from './open-jobs';
import { Problems } from './problems';
import { numeral } from './run/spec-argument';
import { inOptions } from './tutoring-options';

/** As text: what they may be, the schema says. */
export interface PaceOptions {
  rate?: string;
  every?: string;
  batchSize?: string;
}

export function pace(program: Command, context: Context): void {
  program
    .command('pace')
    .description('change the pace of a job from its next batch on; of a paused one when it goes on')
    .argument('<id>', 'job id')
    .option('--rate <n>', 'events a second')
    .option('--every <duration>', 'or a batch each interval (10s, PT10S)')
    .option('--batch-size <n>', 'with --every: events a batch, a number or drawn from a range such as 5-20')
    .option('--json', 'the job as the API answers it')
    .action(async (id: string, { json, ...options }: PaceOptions & { json?: true }) => {
      const asked = await paceAsked(options);
      await withJobs(context, async ({ jobs, bodyOf }) => {
        const job = bodyOf(await inOptions(() => jobs.setPace(id, (plan) => parsePace(asked, plan), BY)));
        if (json) return context.out(JSON.stringify(job, null, 2));
        // What is asked for shows when it is in force.
        context.out(`${job.id}: ${job.state}${job.settling ? ' (settling)' : ''}, ${describePace(job.pace)}`);
      });
    });
}

/** @throws UserError with every problem, under the names of the options */
export async function paceAsked({ rate, every, batchSize }: PaceOptions): Promise<unknown> {
  const problems = new Problems();
  if (rate === undefined && every === undefined)
    problems.say('', 'what pace is missing: --rate N, or --every DURATION with --batch-size N');
  if (rate !== undefined && every !== undefined) problems.say('--rate', 'contradicts --every: give one of them');
  if (every === undefined && batchSize !== undefined) problems.say('--batch-size', 'goes with --every');
  if (every !== undefined && batchSize === undefined) problems.say('--batch-size', 'is missing: events a batch, such as 15 or 5-20');
  const forms = [
    ...(rate === undefined ? [] : [{ rate: numeral(rate) }]),
    // What is not there has been said; the rest is judged beside a stand-in for it.
    ...(every === undefined ? [] : [{ every, batch_size: batchSize === undefined ? 1 : sizeOf(batchSize) }]),
  ];
  for (const form of forms) await problems.of(() => inOptions(() => check(schema, form, 'the pace')));
  problems.end();
  const [only] = forms;
  if (only === undefined) throw new UserError('no pace');
  return only;
}

/** `15`, or `5-20`. */
function sizeOf(text: string): unknown {
  const [, min, max] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  return min === undefined || max === undefined ? numeral(text) : { min: Number(min), max: Number(max) };
}
