/** Errors of an activity, sorted by who must act. Compared by code and type: classes do not survive the way through Temporal. */
import { ApplicationFailure } from '@temporalio/activity';
import { INVALID_JOB, SINK_REJECTED } from '../workflows/messages';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

export const isSuperseded = (error: unknown): error is Error => codeOf(error) === 'SUPERSEDED';
export const isLostProgress = (error: unknown): error is Error => codeOf(error) === 'LOST_PROGRESS';

/** The failure to throw to Temporal: an operator's faults and invalid plans are final, everything else is tried again for ever. */
export function failureOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = codeOf(error);
  if (code === 'SINK') {
    const canRetry = 'canRetry' in error && error.canRetry === true;
    return canRetry
      ? ApplicationFailure.retryable(error.message, 'SinkUnavailable')
      : ApplicationFailure.nonRetryable(error.message, SINK_REJECTED);
  }
  if (code === 'USER') return ApplicationFailure.nonRetryable(error.message, INVALID_JOB);
  return error;
}
