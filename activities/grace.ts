/** What is under way when an activity is cancelled gets a moment to end by itself, and no more. */
import { Context } from '@temporalio/activity';

/** Wall ms from the cancel on. */
const GRACE_MS = 500;

/** Runs `body` with a signal that is aborted when the grace after a cancel is over. */
export async function withGrace<Result>(body: (over: AbortSignal) => Promise<Result>): Promise<Result> {
  const { cancellationSignal: cancelled } = Context.current();
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(() => {
      over.abort();
    }, GRACE_MS);
  };
  if (cancelled.aborted) begin();
  else cancelled.addEventListener('abort', begin, { once: true });
  try {
    return await body(over.signal);
  } finally {
    cancelled.removeEventListener('abort', begin);
    clearTimeout(timer);
  }
}
