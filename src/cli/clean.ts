/** `evergen clean`: delete the data of a paused or ended job. */
import type { Command } from 'commander';
import { newlyDeleted } from '../jobs/clean';
import type { JobBody } from '../jobs/job-body';
import { BY } from './change';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { counted } from '../figures';
import { topicsOf } from './job-text';
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
      withJobs(context, async ({ jobs, survey, bodyOf }) => {
        if (dryRun) {
          const job = await jobs.get(id);
          const foretold = await survey(job);
          if (json) context.out(JSON.stringify(foretold, null, 2));
          else for (const path of foretold.deleted_items) context.out(`would be deleted: ${path}`);
          if (!json) for (const line of recordsKept(bodyOf(job))) context.out(line);
          return;
        }
        const before = await jobs.get(id);
        const kept = recordsKept(bodyOf(before));
        const { status } = await jobs.clean(id, BY, { waitMs: PATIENCE_MS });
        const report = await newlyDeleted(context.environment().DATA_DIR, before.status, status);
        if (json) context.out(JSON.stringify({ id, state: status.state, ...report }, null, 2));
        else {
          context.out(`${id}: ${status.state}, ${counted(report?.deleted_count ?? 0, 'item')} deleted`);
          for (const path of report?.skipped_items ?? []) context.out(`  left, since evergen did not write it: ${path}`);
          if (status.state === 'cleaned') for (const line of kept) context.out(line);
        }
        const errors = report?.errors ?? [];
        if (status.state !== 'cleaned')
          throw new Ending(EXIT.failed, `${id} is not cleaned: ${status.reason ?? 'it takes longer than a minute'}`);
        if (errors.length > 0) throw new Ending(EXIT.failed, `not deleted:\n${errors.map((text) => `  ${text}`).join('\n')}`);
      }),
    );
}

/** A topic may hold what others wrote: a clean deletes none of its records. Nothing for a sink that is no topic. */
export function recordsKept({ output: { topic }, streams }: Pick<JobBody, 'output' | 'streams'>): string[] {
  if (topic === undefined) return [];
  return topicsOf(topic, Object.keys(streams)).map(
    (name) =>
      `  its records stay in topic ${name}: kafka-topics.sh --bootstrap-server HOST:PORT --delete --topic ${name} deletes all that is there`,
  );
}
