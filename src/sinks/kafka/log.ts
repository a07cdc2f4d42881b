/** A topic's partitions as its leaders have them: where they begin and end, and what is in them. */
import type Cluster from 'kafkajs/src/cluster';
import { asSinkError } from './failures';
import type { Link } from './link';

export const READ_UNCOMMITTED = 0;
export const READ_COMMITTED = 1;
export const LATEST = -1;
export const EARLIEST = -2;
const CONSUMER = -1;
const CHUNK_BYTES = 1_048_576;
const WAIT_MS = 500;

/** Node of the leader, by partition. */
export function leadersOf({ cluster }: Link, topic: string): number[] {
  const leaders: number[] = [];
  for (const { partitionId, leader } of cluster.findTopicPartitionMetadata(topic)) leaders[partitionId] = leader;
  return leaders;
}

/** Of each partition, whatever is committed there. */
export async function offsets({ cluster }: Link, topic: string, leaders: readonly number[], timestamp: number): Promise<number[]> {
  return Promise.all(
    leaders.map(async (nodeId, partition) => {
      const broker = await cluster.findBroker({ nodeId });
      const topics = [{ topic, partitions: [{ partition, timestamp }] }];
      const { responses } = await broker.listOffsets({ replicaId: CONSUMER, isolationLevel: READ_UNCOMMITTED, topics });
      return Number(responses[0]?.partitions[0]?.offset ?? 0);
    }),
  );
}

/** What there is from an offset on, in a chunk; a committed reader waits half a second for it where there is nothing. */
export async function fetchFrom(
  { cluster }: Link,
  topic: string,
  partition: number,
  nodeId: number,
  at: number,
  isolationLevel: number,
): Promise<Cluster.Fetched> {
  try {
    const broker = await cluster.findBroker({ nodeId });
    const { responses } = await broker.fetch({
      replicaId: CONSUMER,
      isolationLevel,
      maxWaitTime: WAIT_MS,
      minBytes: 1,
      maxBytes: CHUNK_BYTES,
      topics: [{ topic, partitions: [{ partition, fetchOffset: at, maxBytes: CHUNK_BYTES }] }],
    });
    return responses[0]?.partitions[0] ?? { messages: [], abortedTransactions: [] };
  } catch (error) {
    throw asSinkError(error, { topic });
  }
}

/** Key of a control record: version, then type; 0 ends a transaction as aborted. */
export const isAbort = (key: Buffer | null): boolean => key?.length === 4 && key.readInt16BE(2) === 0;

export const headerOf = (header: Buffer | Buffer[] | string | undefined): string | null =>
  header === undefined || Array.isArray(header) ? null : header.toString();
