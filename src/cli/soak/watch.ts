/** Looks at what is committed all the time: when the job goes on after a kill, when it stands still, and whether it ever goes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LostProgress } from '../../sinks/sink';
import type { CommittedReader, PartProgress } from './committed';

/** A time without a commit, wall ms. */
export interface Standstill {
  from: number;
  to: number;
}

export interface WatchEvents {
  /** All parts that were at work before it have committed again. */
  recovered(n: number, atMs: number): void;
  stoodStill(standstill: Standstill): void;
  /** A part has less than it had, or none can tell what it has. */
  wentBack(text: string): void;
}

export interface Watch {
  /** As it was at the last look. */
  readonly parts: readonly PartProgress[];
  /** From now on the next commit counts as recovery from step `n`. */
  expect(n: number): void;
  /** A look now. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Shorter times without a commit are the cadence, or that of the looks. */
const standstillMs = ({ everyMs }: CommittedReader): number => Math.max(500, 2.5 * everyMs.idle);
/** A part was at work when it has committed so shortly before. */
const AT_WORK_MS = 2_000;

interface Waiting {
  n: number;
  /** First batch not committed at the kill, by number of the part. */
  parts: Map<number, number>;
}

export function startWatch(reader: CommittedReader, events: WatchEvents): Watch {
  let parts: PartProgress[] = [];
  const advancedAt: number[] = [];
  let lastAt: number | null = null;
  let backSince: number | null = null;
  let waiting: Waiting[] = [];
  let going = true;

  // One after the other: of two looks at once the older one may be done last.
  let looked: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => (looked = looked.then(lookOnce));

  async function lookOnce(): Promise<void> {
    const found = await reader.read().catch((error: unknown) => {
      // A sink that is away comes back; a record that cannot be read has been torn.
      if (error instanceof LostProgress) events.wentBack(error.message);
      return null;
    });
    if (found === null) return;
    const now = Date.now();
    // What was only an older answer heals; what has gone back stays there.
    if (!found.some(({ next }, i) => next < (parts[i]?.next ?? 0))) backSince = null;
    else if (now - (backSince ??= now) < reader.outdatedMs) return;
    const moved = found.flatMap(({ next }, i) => {
      const before = parts[i]?.next;
      if (before !== undefined && next < before)
        events.wentBack(`part ${String(i)} had committed ${String(before)} batches and now says ${String(next)}`);
      return before !== undefined && next > before ? [i] : [];
    });
    parts = found;
    for (const i of moved) advancedAt[i] = now;
    if (moved.length > 0) {
      if (lastAt !== null && now - lastAt > standstillMs(reader)) events.stoodStill({ from: lastAt, to: now });
      lastAt = now;
    }
    const still: Waiting[] = [];
    for (const one of waiting) {
      const behind = [...one.parts].filter(([i, next]) => (found[i]?.next ?? 0) <= next);
      if (behind.length === 0) events.recovered(one.n, now);
      else still.push(one);
    }
    waiting = still;
  }

  const looking = (async () => {
    while (going) {
      await look();
      await sleep(waiting.length > 0 ? reader.everyMs.eager : reader.everyMs.idle);
    }
  })();
  // Thrown by `stop`.
  looking.catch(() => undefined);

  return {
    get parts() {
      return parts;
    },
    expect(n) {
      const now = Date.now();
      const all = parts.map(({ next }, i) => [i, next] as const);
      const atWork = all.filter(([i]) => now - (advancedAt[i] ?? -Infinity) < AT_WORK_MS);
      // None was: then the first that goes on, whichever it is.
      const awaited = atWork.length > 0 ? atWork : all.slice(0, 1);
      waiting.push({ n, parts: new Map(awaited) });
    },
    look,
    async stop() {
      going = false;
      await looking;
      await look();
    },
  };
}
