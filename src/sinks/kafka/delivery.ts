/** How events and progress become visible: together, in a transaction, or one after the other. */
import createEosManager from 'kafkajs/src/producer/eosManager';
import { setTimeout } from 'node:timers/promises';
import type { Chunks } from './chunks';
import { hasType } from './failures';
import { GROUP, silent, type Link } from './link';
import type { Place } from './place';
import { encodeProgress, type Progress } from './progress';
import type { Compression } from './record-batch';
import { Sender } from './sender';
import type { Settings } from './settings';

export interface Delivery {
  /** Fences every older writer of the part, where the delivery can. Called once, first. */
  begin(): Promise<void>;
  /** Makes the chunks visible, then the progress; or only the progress. After an error the outcome is unknown. */
  publish(progress: Progress, chunks?: Chunks): Promise<void>;
  /** The last `publish` has gone so far that the brokers may have made it visible, whatever its caller was told. */
  readonly visible: boolean;
}

interface Wishes {
  readonly compression: Compression;
  readonly encoder: Settings['encoder'];
}

/** The progress is the group's offset for this partition of the topic. */
export const PROGRESS_PARTITION = 0;

/** A worker that dies in a transaction holds up readers for so long, unless the next writer comes first. Events are made before it begins. */
const TRANSACTION_MS = 30_000;
/** The transaction before is acknowledged before its last marker is written; the next one has to wait for that. */
const AGAIN_MS = 2;
const PATIENCE_MS = 20_000;

export function exactlyOnce(link: Link, place: Place, wishes: Wishes): Delivery {
  const { topic, transactionalId, group } = place;
  const producer = createEosManager({
    logger: silent,
    cluster: link.cluster,
    transactional: true,
    transactionalId,
    transactionTimeout: TRANSACTION_MS,
  });
  const sender = new Sender(link, producer, { topic, transactionalId, ...wishes });
  let visible = false;
  return {
    get visible() {
      return visible;
    },
    begin: () => producer.initProducerId(),
    async publish(progress, chunks) {
      visible = false;
      producer.beginTransaction();
      const offsets = () => patiently(() => producer.sendOffsets({ consumerGroupId: group, topics: [offsetsOf(topic, progress)] }));
      if (chunks !== undefined && chunks.partitions.length > 0) {
        const admitted = patiently(() => producer.addPartitionsToTransaction([{ topic, partitions: chunks.partitions }]));
        // The progress need not wait for the answers to the events: nothing of either counts before the end.
        await Promise.all([sender.send(chunks, admitted), admitted.then(offsets)]);
      } else await offsets();
      // kafkajs connects anew where a connection was cut: a commit that was given up must not be done after all.
      link.refuseWhenCut();
      visible = true;
      await producer.commit();
    },
  };
}

/** No transaction, no fence: a writer that was overtaken may write some batches once more. */
export function atLeastOnce(link: Link, place: Place, wishes: Wishes): Delivery {
  const { topic, group } = place;
  const producer = createEosManager({ logger: silent, cluster: link.cluster, transactional: false });
  const sender = new Sender(link, producer, { topic, transactionalId: null, ...wishes });
  return {
    visible: true,
    begin: () => producer.initProducerId(),
    async publish(progress, chunks) {
      if (chunks !== undefined) await sender.send(chunks, Promise.resolve());
      const coordinator = await link.cluster.findGroupCoordinator({ groupId: group, coordinatorType: GROUP });
      await coordinator.offsetCommit({ groupId: group, groupGenerationId: -1, memberId: '', topics: [offsetsOf(topic, progress)] });
    },
  };
}

const offsetsOf = (topic: string, progress: Progress) => ({
  topic,
  partitions: [{ partition: PROGRESS_PARTITION, offset: String(progress.next), metadata: encodeProgress(progress) }],
});

async function patiently(work: () => Promise<void>): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; ; await setTimeout(AGAIN_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!hasType(error, 'CONCURRENT_TRANSACTIONS') || Date.now() > until) throw error;
    }
  }
}
