/**
 * The committed records of a topic, for `verify`: partition by partition, in their order, without a consumer group, so that nothing is left behind and
 * nobody is disturbed. kafkajs's consumer would join a group, wait for its rebalance, and leave it on the brokers.
 */
import type Cluster from 'kafkajs/src/cluster';
import { SinkError, type PartAddress } from '../sink';
import { currentProgress, OF_A_READER } from './current';
import { asSinkError } from './failures';
import { DUE_HEADER, ID_HEADER } from './headers';
import type { Link } from './link';
import { EARLIEST, fetchFrom, headerOf, isAbort, LATEST, leadersOf, offsets, READ_COMMITTED } from './log';
import { opened } from './open';
import { placeOf } from './place';
import type { Progress } from './progress';
import { metadata } from './requests/metadata';
import type { Site } from './site';

export interface TopicRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** Header `evergen-id`; null: not one of ours. */
  readonly id: string | null;
  /** Header `evergen-due`. */
  readonly due: string | null;
}

export interface TopicReader {
  readonly partitions: number;
  /** Committed records of a partition, in chunks, up to where it ended when the reader was opened. */
  read(partition: number): AsyncGenerator<TopicRecord[], void>;
  close(): void;
}

/** Longer than any transaction of evergen's may hang (30 s, and 10 s until the brokers see it). */
const PATIENCE_MS = 60_000;

/** @throws SinkError */
export async function readTopic(site: Site, topic: string): Promise<TopicReader> {
  const link = await opened(site);
  try {
    await link.cluster.addMultipleTargetTopics([topic]);
    const leaders = leadersOf(link, topic);
    // A transaction that was acknowledged is in the log, but for a moment readers may not be allowed to see it: its end is where the log ends, not where
    // they may read.
    const ends = await offsets(link, topic, leaders, LATEST);
    const begins = await offsets(link, topic, leaders, EARLIEST);
    return {
      partitions: leaders.length,
      read: (partition) => read(link, topic, partition, leaders[partition] ?? 0, begins[partition] ?? 0, ends[partition] ?? 0),
      close: () => link.cut(),
    };
  } catch (error) {
    link.cut();
    throw asSinkError(error, { topic });
  }
}

export interface PartFound {
  readonly topic: string;
  /** Of the topic, as it is now. */
  readonly partitions: number;
  /** Null: the part was never begun, or the brokers have forgotten its progress. */
  readonly progress: Progress | null;
}

/**
 * Where a part is and what is committed of it; null where there is no topic, or the run was cleaned. Fences nobody.
 * @throws SinkError; LostProgress where the progress cannot be read
 */
export async function readPart(site: Site, part: PartAddress): Promise<PartFound | null> {
  const place = placeOf(site.topic, site.namespace(), part);
  const link = await opened(site);
  try {
    const found = (await link.seed.connectionPool.send(metadata(place.topic))).topic;
    if (found === null) return null;
    await link.cluster.addMultipleTargetTopics([place.topic]);
    const progress = await currentProgress(link, place, { next: part.shard, none: true }, OF_A_READER);
    return progress?.cleaned === true ? null : { topic: place.topic, partitions: found.partitions, progress };
  } catch (error) {
    throw asSinkError(error, place);
  } finally {
    link.cut();
  }
}

async function* read(
  link: Link,
  topic: string,
  partition: number,
  nodeId: number,
  from: number,
  end: number,
): AsyncGenerator<TopicRecord[], void> {
  let stuckSince = Date.now();
  for (let at = from; at < end;) {
    const fetched = await fetchFrom(link, topic, partition, nodeId, at, READ_COMMITTED);
    const last = fetched.messages.at(-1);
    if (last === undefined) {
      if (Date.now() - stuckSince > PATIENCE_MS) throw heldUp(topic, partition, at);
      continue;
    }
    const records = committedOf(fetched).filter(({ offset }) => Number(offset) >= at && Number(offset) < end);
    // Of a batch that compaction has taken the end from, all that is left may lie before what was asked for.
    at = Math.max(at, Number(last.offset)) + 1;
    stuckSince = Date.now();
    if (records.length > 0) yield records.map(recordOf);
  }
}

/**
 * Leaves out control records and what was aborted. kafkajs's own filter takes the aborted transactions in the order of their ends, one a message:
 * of two that overlap it lets records through.
 */
function committedOf({ messages, abortedTransactions }: Cluster.Fetched): Cluster.FetchedMessage[] {
  const aborted = [...(abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const open = new Set<string>();
  return messages.filter(({ offset, key, isControlRecord, batchContext: { producerId, inTransaction } }) => {
    while (aborted[0] !== undefined && Number(aborted[0].firstOffset) <= Number(offset)) open.add(aborted.shift()?.producerId ?? '');
    if (!isControlRecord) return !(inTransaction && open.has(producerId));
    if (isAbort(key)) open.delete(producerId);
    return false;
  });
}

const recordOf = ({ offset, key, value, timestamp, headers }: Cluster.FetchedMessage): TopicRecord => ({
  offset: Number(offset),
  key,
  value,
  timeMs: Number(timestamp),
  id: headerOf(headers[ID_HEADER]),
  due: headerOf(headers[DUE_HEADER]),
});

const heldUp = (topic: string, partition: number, at: number): SinkError =>
  new SinkError(
    `topic ${topic}, partition ${String(partition)}: nothing can be read from offset ${String(at)} on, as some producer has left a transaction open there`,
    true,
  );
