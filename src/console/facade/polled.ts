/** What the facade says, asked for again and again while the page is seen; the last answer stays on show while there is no new one. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { againAfterMs, pause } from './again';
import { asRefusal, call, type Refusal } from './call';
import { onToken, tokenWanted } from './token';

export interface Polled<T> {
  data: T | null;
  refusal: Refusal | null;
  /** Asks now. */
  refresh(): void;
}

/** @param everyMs Infinity: once */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [seen, setSeen] = useState<{ path: string; data: T | null; refusal: Refusal | null }>({ path, data: null, refusal: null });
  const [asked, setAsked] = useState(0);
  const refresh = useCallback(() => setAsked((n) => n + 1), []);
  useEffect(() => onToken(refresh), [refresh]);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const poll = async (): Promise<void> => {
      for (let failures = 0; !signal.aborted && !tokenWanted();) {
        try {
          const data = await call<T>(path, { signal });
          failures = 0;
          if (!signal.aborted) setSeen({ path, data, refusal: null });
          if (everyMs === Infinity) return;
        } catch (failure) {
          failures += 1;
          const refusal = asRefusal(failure);
          if (!signal.aborted) setSeen((before) => ({ path, data: before.path === path ? before.data : null, refusal }));
          if (!refusal.passing) return;
        }
        await pause(failures > 0 ? againAfterMs(failures, Math.random()) : everyMs, signal);
        await seenAgain(signal);
      }
    };
    void poll();
    return () => leaving.abort();
  }, [path, everyMs, asked]);
  return { data: seen.path === path ? seen.data : null, refusal: seen.refusal, refresh };
}

/** A page in a hidden tab asks nothing. */
const seenAgain = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
    done();
  });
