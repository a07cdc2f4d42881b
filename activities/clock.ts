/** The clock of an emit. Time-skipping tests put another one in its place, since real time stands still there while an activity runs. */
export interface Clock {
  /** Wall µs. */
  nowUs(): number;
  /** Resolves at or after the wall instant `us`, never before; at once when `signal` is aborted. */
  waitUntil(us: number, signal: AbortSignal): Promise<void>;
}

/** Anchored to the wall once, then monotonic: a step of the system clock in the middle of an emit moves no batch. */
export function realClock(): Clock {
  const anchorUs = Date.now() * 1000;
  const anchorMs = performance.now();
  const nowUs = () => anchorUs + Math.round((performance.now() - anchorMs) * 1000);
  return {
    nowUs,
    async waitUntil(us, signal) {
      while (!signal.aborted) {
        const leftMs = (us - nowUs()) / 1000;
        if (leftMs <= 0) return;
        // Timers may fire a little early; the loop looks again.
        await pause(Math.min(Math.ceil(leftMs), 60_000), signal);
      }
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
