/** One supervised part of the stack: how it is started, and how it is kept running. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../spec/failures';

/** A running process that is ready. */
export interface Part {
  pid: number;
  addresses: Readonly<Record<string, string>>;
  /** Resolves when the process is gone: `signal SIGKILL`. */
  exited: Promise<string>;
  /** Ends it, by force if need be; harmless when it is gone. */
  stop(): Promise<void>;
}

export interface Kept {
  /** The part when it is ready for the first time. */
  first: Part;
  stop(): Promise<void>;
}

export interface Keeping {
  name: string;
  /**
   * Starts a process and resolves when it is ready. On failure it leaves nothing running and throws; a UserError is final,
   * as no repetition heals it. `signal` aborts when the part is no longer wanted.
   */
  start(signal: AbortSignal): Promise<Part>;
  say(level: 'info' | 'warn', line: string): void;
  onReady?(part: Part): void;
}

/** A start that was ended from outside. */
export class NoLongerWanted extends Error {}

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;
/** A part that lived so long was well: its next restart is prompt again. */
const WELL_MS = 5_000;
/** A part that was never ready is given up after so many attempts, as the stack has not promised anything yet. */
const FIRST_ATTEMPTS = 3;

/**
 * Starts a part, and starts it again whenever it dies: after 0.2 s, then twice as long each time up to 5 s.
 * @param starting ends the attempts at the first start
 * @throws what kept it from starting at all
 */
export async function keep(keeping: Keeping, starting: AbortSignal): Promise<Kept> {
  const wanted = new AbortController();
  const first = await startFirst(keeping, starting);
  let current = first;
  const going = (async () => {
    let delayMs = FIRST_DELAY_MS;
    let since = Date.now();
    let how = await current.exited;
    while (!wanted.signal.aborted) {
      if (Date.now() - since >= WELL_MS) delayMs = FIRST_DELAY_MS;
      keeping.say('warn', `${keeping.name} ended (${how}), starting it again`);
      await sleep(delayMs, undefined, { signal: wanted.signal }).catch(() => undefined);
      delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS);
      if (wanted.signal.aborted) return;
      try {
        current = await keeping.start(wanted.signal);
      } catch (error) {
        how = error instanceof Error ? error.message : String(error);
        since = Date.now();
        continue;
      }
      if (wanted.signal.aborted) return current.stop();
      since = Date.now();
      keeping.onReady?.(current);
      keeping.say('info', `${keeping.name} is ready again`);
      how = await current.exited;
    }
  })();
  return {
    first,
    stop: async () => {
      wanted.abort();
      await current.stop();
      await going;
    },
  };
}

async function startFirst({ name, start, say, onReady }: Keeping, signal: AbortSignal): Promise<Part> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const part = await start(signal);
      onReady?.(part);
      return part;
    } catch (error) {
      if (error instanceof UserError || attempt === FIRST_ATTEMPTS || signal.aborted) throw error;
      say('warn', `${name} did not start: ${error instanceof Error ? error.message : String(error)}; trying again`);
      await sleep(FIRST_DELAY_MS * 2 ** attempt);
    }
  }
}

/** Rejects when the signal aborts; listens no longer than `until` is not aborted. */
export const abortion = (signal: AbortSignal, until?: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const wanted = () => reject(new NoLongerWanted('no longer wanted'));
    if (signal.aborted) wanted();
    signal.addEventListener('abort', wanted, { once: true, ...(until === undefined ? {} : { signal: until }) });
  });
