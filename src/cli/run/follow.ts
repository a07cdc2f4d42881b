/** Looks at a job until it ends, or until it waits for somebody. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobBody } from '../../jobs/job-body';
import { ended, TemporalAway } from '../../jobs/jobs';
import type { OpenJobs } from '../open-jobs';

const LOOK_MS = 250;
/** A server that is away is waited for so long: a killed one is back within seconds. */
const PATIENCE_MS = 30_000;

export interface Following {
  id: string;
  /** The run that was started: the id may begin another one meanwhile. */
  run: string;
  /** Aborting it ends the looking, not the job. */
  signal: AbortSignal;
  onLook(job: JobBody): void;
  /** Goes on looking at a job that waits for somebody. */
  patient?: boolean;
}

/**
 * @returns the job when it has ended, when its sink has refused (`paused` with a reason; unless `patient`), or when the signal was aborted
 * @throws TemporalAway when nobody has answered for 30 s
 */
export async function follow(
  { jobs, bodyOf }: Pick<OpenJobs, 'jobs' | 'bodyOf'>,
  { id, run, signal, onLook, patient = false }: Following,
): Promise<JobBody> {
  let answeredAt = performance.now();
  for (;;) {
    try {
      const job = bodyOf(await jobs.get(id, run));
      answeredAt = performance.now();
      onLook(job);
      // Also while it is settling: a sink that refuses the very first settle has answered for good.
      if (signal.aborted || ended(job) || (!patient && job.state === 'paused' && job.state_reason !== null)) return job;
    } catch (failure) {
      if (!(failure instanceof TemporalAway) || performance.now() - answeredAt > PATIENCE_MS) throw failure;
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
