/** When to try again: soon at first, then less and less often, so that a facade that comes back is not met by a crowd. */
const FIRST_MS = 500;
const LONGEST_MS = 3000;

/** @param failures in a row, from 1 @param random in [0, 1) */
export const againAfterMs = (failures: number, random: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.75 + random / 2);

/** Resolves after the time, or at once when nobody waits any more. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
