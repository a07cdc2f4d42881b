/** What is under way when an activity is cancelled gets a moment to end by itself, and no more. */
import { Context } from '@temporalio/activity';

/** Wall ms from the cancel on. */
const GRACE_MS = 500;

/** How long what is under way has not moved, ms; when a cancel comes, that is asked once. */
export type Silence = () => number;

/**
 * Runs `body` with a signal that is aborted when the grace after a cancel is over. The grace counts from the last thing that moved: who has been
 * silent for all of it already, like a target that hangs, is not waited for any longer.
 * @param body may say how to learn of a silence; until then there is none
 */
export async function withGrace<Result>(body: (over: AbortSignal, heeds: (silence: Silence) => void) => Promise<Result>): Promise<Result> {
  const { cancellationSignal: cancelled } = Context.current();
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let silence: Silence = () => 0;
  const begin = () => {
    timer = setTimeout(
      () => {
        over.abort();
      },
      Math.max(0, GRACE_MS - silence()),
    );
  };
  if (cancelled.aborted) begin();
  else cancelled.addEventListener('abort', begin, { once: true });
  try {
    return await body(over.signal, (told) => {
      silence = told;
    });
  } finally {
    cancelled.removeEventListener('abort', begin);
    clearTimeout(timer);
  }
}
