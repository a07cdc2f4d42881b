/** Heartbeats by the clock, whatever the activity is doing: they tell Temporal that it lives, and the facade how far it is. */
import { Context } from '@temporalio/activity';

const EVERY_MS = 300;

/**
 * Runs `body`, which may change what the heartbeats say by calling its argument.
 * @param details what they say until then
 */
export async function withHeartbeat<Result>(
  details: unknown,
  body: (tell: (details: unknown) => void) => Promise<Result>,
): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => {
    context.heartbeat(details);
  }, EVERY_MS);
  try {
    return await body((next) => {
      details = next;
    });
  } finally {
    clearInterval(timer);
  }
}
