/** The command line that makes a run's bytes again. */
import type { JobBody } from '../../jobs/job-body';
import type { Asked } from './spec-argument';

/**
 * Seed and start alone tell all of a run that came to its end by itself and that nobody touched; of another, the run itself does.
 * @param untouched entries of a timeline to which nothing was done
 * @returns without `evergen`
 */
export function repeatLine(job: JobBody, { again, lasting }: Pick<Asked, 'again' | 'lasting'>, untouched: number): string {
  const asItWas = lasting && job.state === 'completed' && job.timeline.length <= untouched;
  // A run that has not begun has nothing to be like.
  if (!asItWas && job.start !== null && job.run !== null) return `run --like ${job.id} --run ${job.run}`;
  return again({ seed: job.seed ?? 0, start: job.start ?? job.started_at });
}
