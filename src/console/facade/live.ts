/**
 * A job as it moves. Read by `fetch`: the browser's own EventSource cannot send the token.
 * The connection is made again by itself for as long as somebody watches, however often it breaks.
 */
import { useEffect, useState } from 'preact/hooks';
import type { JobBody } from '../../jobs/job-body';
import { againAfterMs, pause } from './again';
import { asRefusal, type Refusal, send } from './call';
import { framesIn } from './frames';
import { onToken, tokenWanted } from './token';

/** The facade says something each 15 s, a comment at least: after this the connection is dead, whatever the network thinks. */
const SILENCE_MS = 35_000;

export interface Live {
  job: JobBody | null;
  /** Why there is nothing new now; null: there is, or the job has ended. */
  refusal: Refusal | null;
}

/** @param again changes when the job may have begun to move again after its end (a `clean`) */
export function useLive(id: string, run: string | undefined, again: number): Live & { put(job: JobBody): void } {
  const [live, setLive] = useState<Live>({ job: null, refusal: null });
  useEffect(() => {
    const leaving = new AbortController();
    const show = (job: JobBody): void => setLive({ job, refusal: null });
    const fail = (refusal: Refusal): void => setLive(({ job }) => ({ job, refusal }));
    void follow(`/jobs/${encodeURIComponent(id)}/live${run === undefined ? '' : `?run=${run}`}`, { show, fail, signal: leaving.signal });
    return () => leaving.abort();
  }, [id, run, again]);
  return { ...live, put: (job) => setLive({ job, refusal: null }) };
}

interface Watcher {
  show(job: JobBody): void;
  fail(refusal: Refusal): void;
  signal: AbortSignal;
}

async function follow(path: string, watcher: Watcher): Promise<void> {
  const { signal, fail } = watcher;
  for (let failures = 0; !signal.aborted;) {
    try {
      const over = await readOnce(path, watcher, () => (failures = 0));
      if (over) return;
      failures += 1;
    } catch (failure) {
      if (signal.aborted) return;
      const refusal = asRefusal(failure);
      fail(refusal);
      failures += 1;
      if (refusal.status === 401) await tokenGiven(signal);
      else if (!refusal.passing) return;
    }
    await pause(againAfterMs(Math.max(1, failures), Math.random()), signal);
  }
}

/** One connection. Answers whether the job has ended; false: the connection has. */
async function readOnce(path: string, { show, signal }: Watcher, connected: () => void): Promise<boolean> {
  const silence = new AbortController();
  const listen = (): ReturnType<typeof setTimeout> => setTimeout(() => silence.abort(), SILENCE_MS);
  let timer = listen();
  try {
    const response = await send(path, { signal: AbortSignal.any([signal, silence.signal]) });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let chunk = await reader?.read(); chunk !== undefined && !chunk.done; chunk = await reader?.read()) {
      clearTimeout(timer);
      timer = listen();
      connected();
      const { frames, rest } = framesIn(text + chunk.value);
      text = rest;
      for (const { data } of frames) show(JSON.parse(data) as JobBody);
      if (frames.some(({ event }) => event === 'end')) return true;
    }
    return false;
  } finally {
    clearTimeout(timer);
  }
}

const tokenGiven = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (!tokenWanted()) return resolve();
    const stop = onToken(done);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      stop();
      resolve();
    }
  });
