/**
 * What is committed of a part, by its group's offset, and by an answer that is not out of date. A broker's group coordinator can answer from an offsets
 * log that it has not read to its end (Kafka 4.4.0: the partition's leadership is lost and won again while it is loading, as happens to a broker that
 * starts on a busy machine; the first load's end then opens the second one's coordinator). The answer is an older progress, or none, without any error:
 * to go on from there would write batches twice.
 */
import { setTimeout } from 'node:timers/promises';
import { LostProgress } from '../sink';
import { PROGRESS_PARTITION } from './delivery';
import { hasType } from './failures';
import { GROUP, type Link } from './link';
import type { Place } from './place';
import { decodeProgress, type Progress } from './progress';
import { offsetFetch } from './requests/offset-fetch';
import { newestCommitted } from './witness';

const AGAIN_MS = 10;
const STABLE_WITHIN_MS = 30_000;
/** A transaction that is being ended, a coordinator that is loading or has moved. */
const PASSING = ['UNSTABLE_OFFSET_COMMIT', 'GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'];

/** How long an answer that something speaks against is asked for again, ms: where the topic holds events of the part, and where it does not. */
export interface Patience {
  readonly witnessed: number;
  readonly unwitnessed: number;
}
/** Loading takes seconds on a busy machine; a part without events has nothing that could be written twice. */
const OF_A_WRITER: Patience = { witnessed: 20_000, unwitnessed: 2_000 };
/** Progress is also missing, with all events there, where the brokers have forgotten it: somebody waits for `verify` to say so. */
export const OF_A_READER: Patience = { witnessed: 3_000, unwitnessed: 0 };
const DOUBT_MS = 100;

export interface Expected {
  /** First batch that the caller does not know to be committed. */
  readonly next: number;
  /** There may be no progress yet. */
  readonly none: boolean;
}

/**
 * The progress of a part that nobody else writes any more (or, of one that is written, no older than the call); null when there is none. Fences nobody.
 * @throws LostProgress when the topic holds committed batches that the progress does not know, and goes on doing so
 */
export async function currentProgress(
  link: Link,
  place: Place,
  expected: Expected,
  { witnessed, unwitnessed }: Patience = OF_A_WRITER,
): Promise<Progress | null> {
  const newest = await newestCommitted(link, place);
  for (const until = Date.now() + (newest === null ? unwitnessed : witnessed); ; await setTimeout(DOUBT_MS)) {
    const progress = await readProgress(link, place, true);
    const behind = newest !== null && (progress?.next ?? 0) <= newest;
    const doubtful = behind || (progress === null ? !expected.none : progress.next < expected.next);
    if (!doubtful || progress?.cleaned === true) return progress;
    if (Date.now() < until) continue;
    if (progress !== null && behind) throw contradicted(place, newest, progress.next);
    return progress;
  }
}

/**
 * One answer of the coordinator's.
 * @param requireStable wait for a transaction of the same group that is being ended, in place of an answer that may be old
 */
export async function readProgress(link: Link, { group, topic }: Place, requireStable: boolean): Promise<Progress | null> {
  for (const until = Date.now() + STABLE_WITHIN_MS; ; await setTimeout(AGAIN_MS)) {
    try {
      const coordinator = await link.cluster.findGroupCoordinator({ groupId: group, coordinatorType: GROUP });
      const wanted = { group, topic, partition: PROGRESS_PARTITION, requireStable };
      const { offset, metadata: text } = await coordinator.connectionPool.send(offsetFetch(wanted));
      return offset < 0 ? null : decodeProgress(text, group);
    } catch (error) {
      if (!hasType(error, ...PASSING) || Date.now() > until) throw error;
      link.cluster.forgetCoordinators();
    }
  }
}

const contradicted = ({ group, topic, part: { stream } }: Place, newest: number, next: number): LostProgress =>
  new LostProgress(
    `the offset of group ${group} says that batches of stream ${stream} before ${String(next)} are committed, but topic ${topic} holds batch ${String(newest)}: somebody has set it back. Start the job anew`,
  );
