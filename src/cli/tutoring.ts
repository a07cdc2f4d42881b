/** `evergen tutoring`: the tutoring simulator, one run at a time. */
import type { Command } from 'commander';
import { tutoringDefaults, tutoringSettings, tutoringSpec } from '../jobs/tutoring';
import { check, UserError } from '../spec/failures';
import type { Context } from './context';
import { runDurably } from './run/durable';
import { inOptions, settingsIn, withTutoringOptions, type TutoringOptions } from './tutoring-options';

export function tutoring(program: Command, context: Context): void {
  const group = program.command('tutoring').description('the tutoring simulator');
  withTutoringOptions(
    group.command('invoke').description('one run: streams times events, 10 each 100 ms, each POSTed to the target; waits for its end'),
  )
    .option('--json', 'sum up as JSON')
    .action(async ({ json, ...options }: TutoringOptions & { json?: true }) => {
      const defaults = tutoringDefaults(context.environment());
      const spec = await inOptions(() => {
        const settings = check(tutoringSettings, settingsIn(options), 'the run');
        if ((settings.ingest_api_url ?? defaults.ingest_api_url) === null)
          throw new UserError('where the events go is missing: --url, or INGEST_API_URL');
        return tutoringSpec(settings, defaults);
      });
      // The same bytes again are that run again, whatever the environment says by then.
      const asked = { spec, notes: [], lasting: false, endless: false, again: () => 'tutoring invoke' };
      await runDurably(context, process.stderr, asked, { watch: false, json: json ?? false });
    });
}
