/** Sends chunks to the leaders of their partitions: one request a broker at a time, each record batch once, and every acknowledgement is looked at. */
import { createErrorFromCode } from 'kafkajs/src/protocol/error';
import type { EosManager } from 'kafkajs/src/producer/eosManager';
import type { Chunk, Chunks } from './chunks';
import type { Link } from './link';
import { RecordBatch, type Compression } from './record-batch';
import { produce, type PartitionAnswer } from './requests/produce';
import { gone } from './topic';

/** Sequence numbers are 31 bits wide. */
const SEQUENCES = 2 ** 31;
const GZIP = 1;

export interface Sending {
  readonly topic: string;
  /** Null: outside of transactions. */
  readonly transactionalId: string | null;
  readonly compression: Compression;
  readonly encoder: 'evergen' | 'kafkajs';
}

export class Sender {
  private readonly sequences = new Map<number, number>();
  private readonly ends = new Map<number, number>();
  private readonly buffers = new Map<number, RecordBatch>();

  constructor(
    private readonly link: Link,
    private readonly producer: EosManager,
    private readonly sending: Sending,
  ) {}

  async send(chunks: Chunks): Promise<void> {
    for (const request of chunks.requests) {
      const leaders = this.link.cluster.findLeaderForPartitions(
        this.sending.topic,
        request.map(({ partition }) => partition),
      );
      const sent = Object.entries(leaders).map(async ([nodeId, partitions]) => {
        const its = request.filter(({ partition }) => partitions.includes(partition));
        this.check(its, await this.produce(nodeId, chunks, its));
        return its.length;
      });
      const written = (await Promise.all(sent)).reduce((sum, count) => sum + count, 0);
      // A partition that the metadata does not have is left out without a word.
      if (written !== request.length) throw gone(this.sending.topic);
    }
  }

  private async produce(nodeId: string, chunks: Chunks, its: readonly Chunk[]): Promise<PartitionAnswer[]> {
    const broker = await this.link.cluster.findBroker({ nodeId });
    if (this.sending.encoder === 'kafkajs') return this.produceByKafkajs(broker, chunks, its);
    const { topic, transactionalId, compression } = this.sending;
    const producer = {
      producerId: BigInt(this.producer.getProducerId()),
      epoch: this.producer.getProducerEpoch(),
      transactional: transactionalId !== null,
    };
    const batches = await Promise.all(
      its.map(async (chunk) => {
        const buffer = this.bufferOf(chunk.partition);
        chunks.write(chunk, buffer);
        return { partition: chunk.partition, bytes: await buffer.finish(producer, this.sequence(chunk), compression) };
      }),
    );
    return produce(broker, { transactionalId, topic, batches });
  }

  /** The way back to the stock encoder (`KAFKA_ENCODER=kafkajs`). */
  private async produceByKafkajs(
    broker: Awaited<ReturnType<Link['cluster']['findBroker']>>,
    chunks: Chunks,
    its: readonly Chunk[],
  ): Promise<PartitionAnswer[]> {
    const { topic, transactionalId, compression } = this.sending;
    const partitions = its.map((chunk) => ({
      partition: chunk.partition,
      firstSequence: this.sequence(chunk),
      messages: chunks.messages(chunk),
    }));
    const { topics } = await broker.produce({
      topicData: [{ topic, partitions }],
      transactionalId: transactionalId ?? undefined,
      producerId: this.producer.getProducerId(),
      producerEpoch: this.producer.getProducerEpoch(),
      compression: compression === 'gzip' ? GZIP : 0,
    });
    return topics.flatMap((one) =>
      one.partitions.map(({ partition, baseOffset }) => ({ partition, code: 0, baseOffset: Number(baseOffset) })),
    );
  }

  /** The chunk's first sequence number. */
  private sequence({ partition, events }: Chunk): number {
    const first = this.sequences.get(partition) ?? 0;
    this.sequences.set(partition, (first + events.length) % SEQUENCES);
    return first;
  }

  private check(sent: readonly Chunk[], answers: readonly PartitionAnswer[]): void {
    for (const { partition, events } of sent) {
      const answer = answers.find((one) => one.partition === partition);
      if (answer === undefined) throw new Error(`the broker did not say what became of partition ${String(partition)}`);
      if (answer.code !== 0) throw createErrorFromCode(answer.code);
      // Offsets that go back are those of another topic of the same name.
      if (answer.baseOffset < (this.ends.get(partition) ?? 0)) throw gone(this.sending.topic);
      this.ends.set(partition, answer.baseOffset + events.length);
    }
  }

  private bufferOf(partition: number): RecordBatch {
    const known = this.buffers.get(partition) ?? new RecordBatch();
    this.buffers.set(partition, known);
    return known;
  }
}
