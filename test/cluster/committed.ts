/** What is committed of the jobs, read beside the data itself, whoever is alive: when they go on after a kill, and whether any ever goes back. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeFiles } from '../../src/sinks/disk/node-files';
import { partPlace } from '../../src/sinks/disk/layout';
import { readRecord } from '../../src/sinks/disk/record';
import { folders } from '../../src/sinks/folders';
import { openFolders } from '../../src/sinks/folders/check';
import { LostProgress, type PartAddress } from '../../src/sinks/sink';
import { parseJobSpec } from '../../src/spec/job-spec';
import type { FixedPlan } from '../../workflows/messages';

export interface WatchedJob {
  id: string;
  /** It has a batch each 100 ms or more often: only of such a one a time without a commit says something. */
  steady: boolean;
  /** How many it makes in all; null: as many as its time allows. */
  batches: number | null;
  plan: FixedPlan;
  /** Folder of the run. */
  folder: string;
}

export interface Committed {
  watch(job: WatchedJob): void;
  /**
   * From now on the next commit of all that was at work is recovery from `n`; never told where nobody was.
   * @returns how many parts of jobs without a pace were in the middle of their work
   */
  expect(n: number): Promise<number>;
  /** An operator keeps it from going on: nobody waits for it, and that it stands still is in order until its next commit. */
  forget(job: string): void;
  stop(): Promise<void>;
}

export interface CommittedEvents {
  recovered(n: number, atMs: number): void;
  /** Between two commits of a part, wall ms. */
  stoodStill(from: number, to: number): void;
  /** Something that must not happen. */
  violation(text: string): void;
}

/** A part was at work when it has committed so shortly before: those with a batch each 100 ms, and the unpaced ones. Others would wait for their instant. */
const AT_WORK_MS = 700;
/** Shorter times without a commit are those of the looks, and of a busy disk. */
const STANDSTILL_MS = 500;
const [IDLE_MS, EAGER_MS] = [100, 25] as const;

interface Watched {
  job: string;
  name: string;
  next: number;
  /** 0: never. */
  advancedAt: number;
  steady: boolean;
  batches: number | null;
  excused: boolean;
  read(): Promise<number | null>;
}

export function watchCommitted({ recovered, stoodStill, violation }: CommittedEvents): Committed {
  const parts: Watched[] = [];
  let waiting: { n: number; for: Map<Watched, number> }[] = [];
  let going = true;
  // One after the other: of two looks at once the older one may be done last.
  let looked: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => (looked = looked.then(lookOnce));

  async function lookOnce(): Promise<void> {
    const found = await Promise.all(
      parts.map(async (part) => {
        try {
          return { part, next: await part.read() };
        } catch (error) {
          // A record that cannot be read was torn.
          if (error instanceof LostProgress) violation(`${part.name}: ${error.message}`);
          return { part, next: null };
        }
      }),
    );
    const now = Date.now();
    for (const { part, next } of found) {
      if (next === null || next === part.next) continue;
      if (next < part.next) violation(`${part.name} had committed up to batch ${String(part.next)} and now says ${String(next)}`);
      const { advancedAt, steady, excused } = part;
      if (steady && !excused && advancedAt > 0 && now - advancedAt > STANDSTILL_MS) stoodStill(advancedAt, now);
      Object.assign(part, { next, advancedAt: now, excused: false });
    }
    settle(now);
  }

  function settle(now: number): void {
    waiting = waiting.filter(({ n, for: awaited }) => {
      for (const [part, next] of awaited) if (part.next > next) awaited.delete(part);
      if (awaited.size === 0) recovered(n, now);
      return awaited.size > 0;
    });
  }

  const looking = (async () => {
    while (going) {
      await look();
      await sleep(waiting.length > 0 ? EAGER_MS : IDLE_MS);
    }
  })();
  // Thrown by `stop`.
  looking.catch(() => undefined);

  return {
    watch({ id, steady, batches, plan, folder }) {
      const read = readerOf(plan, folder);
      for (const address of addressesOf(plan))
        parts.push({
          ...{
            job: id,
            name: `${id}: ${address.stream}/${String(address.shard)}`,
            next: address.shard,
            advancedAt: 0,
            steady,
            batches,
            excused: false,
          },
          read: () => read(address),
        });
    },
    async expect(n) {
      const at = Date.now();
      // What it had committed before is no recovery.
      await look();
      const atWork = parts.filter(({ advancedAt }) => at - advancedAt < AT_WORK_MS);
      const unfinished = atWork.filter(({ batches, next }) => batches === null || next < batches);
      if (unfinished.length > 0) waiting.push({ n, for: new Map(unfinished.map((part) => [part, part.next])) });
      return unfinished.filter(({ batches }) => batches !== null).length;
    },
    forget(job) {
      for (const part of parts) if (part.job === job) part.excused = true;
      for (const { for: awaited } of waiting) for (const part of awaited.keys()) if (part.job === job) awaited.delete(part);
      waiting = waiting.filter(({ for: awaited }) => awaited.size > 0);
    },
    async stop() {
      going = false;
      await looking;
    },
  };
}

export const addressesOf = ({ job, run, streams, shards }: FixedPlan): PartAddress[] =>
  streams.flatMap(({ name: stream }) => Array.from({ length: shards }, (_, shard) => ({ job, run, stream, shard, shards })));

/** First batch of a part that is not committed; null: nothing is known of it yet. */
function readerOf(plan: FixedPlan, folder: string): (part: PartAddress) => Promise<number | null> {
  const { sink } = parseJobSpec(plan.spec);
  if (sink.name !== folders.name) return async (part) => (await readRecord(nodeFiles, partPlace(folder, part)))?.next ?? null;
  const reader = openFolders(join(folder, '../../..'), folders.options.parse(sink.options).path);
  return async (part) => (await reader.read(part))?.next ?? null;
}
