/** Waits for a state of the world that comes by itself. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks every 25 ms; a question that throws counts as no. @throws after `withinMs` (default 15 s) */
export async function until(question: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      if (await question()) return;
    } catch (error) {
      last = error;
    }
    await sleep(25);
  }
  throw new Error(`did not happen within ${withinMs / 1000} s`, { cause: last });
}
