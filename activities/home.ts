/** A job writes to one place only: a worker whose settings lead to another data directory or cluster must leave it alone. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Sink } from '../src/sinks/sink';

/** @throws a failure that is tried again: another worker may be the right one. */
export async function requireHome(sink: Sink, home: string | null): Promise<string> {
  const own = await sink.home();
  if (home === null || home === own) return own;
  throw ApplicationFailure.retryable(
    `this worker's ${own.startsWith('kafka ') ? 'KAFKA_BOOTSTRAP leads to another cluster than' : 'DATA_DIR is not'} the one that the job writes to (${own}, the job's is ${home}): start a worker over that one`,
    'WrongHome',
  );
}
