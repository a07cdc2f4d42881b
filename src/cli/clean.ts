/** `evergen clean`: delete the data of a paused or ended job. */
import type { Command } from 'commander';
import { newlyDeleted } from '../jobs/clean';
import { BY } from './change';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { counted } from '../figures';
import { withJobs } from './open-jobs';

/** Wall ms: thousands of folders take a while. */
const PATIENCE_MS = 60_000;

export function clean(program: Command, context: Context): void {
  program
    .command('clean')
    .description('delete the data of a paused or ended job')
    .argument('<id>', 'job id')
    .option('--dry-run', 'only say what would be deleted, of a job in any state')
    .option('--json', 'what was deleted, as JSON')
    .action((id: string, { json, dryRun }: { json?: true; dryRun?: true }) =>
      withJobs(context, async ({ jobs, survey }) => {
        if (dryRun) {
          const foretold = await survey(await jobs.get(id));
          if (json) context.out(JSON.stringify(foretold, null, 2));
          else for (const path of foretold.deleted_items) context.out(`would be deleted: ${path}`);
          return;
        }
        const before = await jobs.get(id);
        const { status } = await jobs.clean(id, BY, { waitMs: PATIENCE_MS });
        const report = await newlyDeleted(context.environment().DATA_DIR, before.status, status);
        if (json) context.out(JSON.stringify({ id, state: status.state, ...report }, null, 2));
        else {
          context.out(`${id}: ${status.state}, ${counted(report?.deleted_count ?? 0, 'item')} deleted`);
          for (const path of report?.skipped_items ?? []) context.out(`  left, since evergen did not write it: ${path}`);
        }
        const errors = report?.errors ?? [];
        if (status.state !== 'cleaned')
          throw new Ending(EXIT.failed, `${id} is not cleaned: ${status.reason ?? 'it takes longer than a minute'}`);
        if (errors.length > 0) throw new Ending(EXIT.failed, `not deleted:\n${errors.map((text) => `  ${text}`).join('\n')}`);
      }),
    );
}
