/** `evergen email`: the season of the scenario `email` as a set: a job to its end, or a look at what it would be. */
import type { Command } from 'commander';
import { readVariables } from '../config/env';
import { settingsProblems } from '../sinks/kafka/settings';
import type { Context } from './context';
import { dryRun } from './email/dry-run';
import { readSet, type EmailSet, type SetOptions } from './email/set-options';
import { summarise } from './email/summary';
import { toConnector } from './email/to-connector';
import { runDurably } from './run/durable';
import { lookForStack } from './stack/find';
import { UserError } from '../spec/failures';

interface Options extends SetOptions {
  dryRun?: true;
  summary?: true;
  json?: boolean;
}

export function email(program: Command, context: Context): void {
  program
    .command('email')
    .description('make a season of mail: 80,000 to 100,000 events of 90 days, or as many as --count says')
    .option('--count [n]', 'exactly so many events, of as few recipients as they take (without a number 100)')
    .option('--recipients <n>', 'how many people get mail (default 1000)')
    .option('--days <n>', 'length of the season (default 90)')
    .option('--seed <n>', '0 to 4294967295; the same seed and start make the same bytes (default 1)')
    .option('--start <instant>', 'its beginning (RFC 3339); default: so that it has ended at the last midnight, UTC')
    .option('--to <sink>', 'disk, kafka, kafka:TOPIC, drop or connector (default kafka where KAFKA_BOOTSTRAP is set, else disk)')
    .option('--rate <n>', 'with --to connector: requests a second (default 100)')
    .option('--batch <n>', 'with --to connector: events a request (default 1 with --count, else 100)')
    .option(
      '--sending <id>',
      'with --to connector: go on with a sending that was interrupted (it has said its id); what was accepted is not published again',
    )
    .option('--dry-run', 'make all events, and write them nowhere')
    .option('--summary', 'say what the season holds; nothing is written')
    .option('--json', 'the outcome as JSON')
    .action(async ({ dryRun: dry, summary, json = false, ...options }: Options) => {
      if (dry && summary)
        throw new UserError('--dry-run and --summary exclude each other: --summary says what is in the season, --dry-run makes it');
      const set = readSet(options, { kafka: context.environment().KAFKA_BOOTSTRAP !== undefined, now: new Date() });
      if (summary) return summarise(context, set, json);
      if (dry) return dryRun(context, set, json);
      if (set.to === 'connector') return toConnector(context, process.stderr, set, json);
      requireBrokers(context, set);
      await runDurably(context, process.stderr, set.asked, { watch: false, json });
    });
}

/**
 * Without a stack the worker is this command's own, with the settings of this environment: the job would pause at once, for ever.
 * The worker of a stack that is up has an environment of its own, which is not known here.
 * @throws UserError
 */
function requireBrokers(context: Context, { asked, to }: EmailSet): void {
  if (asked.spec.sink.name !== 'kafka' || lookForStack(context.environment()) !== null) return;
  const problems = settingsProblems(readVariables(context.variables, context.folder));
  if (problems.length > 0) throw new UserError(`--to ${to}: ${problems.join('; ')}`);
}
