/** Sends chunks to the leaders of their partitions: in order, each record batch once, and every acknowledgement is looked at. */
import { createErrorFromCode } from 'kafkajs/src/protocol/error';
import type { EosManager } from 'kafkajs/src/producer/eosManager';
import type Cluster from 'kafkajs/src/cluster';
import type { Chunk, Chunks, Message, Request } from './chunks';
import type { Link } from './link';
import { RecordBatch, type Compression } from './record-batch';
import { produce, type PartitionAnswer, type Started } from './requests/produce';
import { gone } from './topic';

/** Sequence numbers are 31 bits wide. */
const SEQUENCES = 2 ** 31;
const GZIP = 1;
/**
 * Requests under way: while the brokers write one, the next is made. Only in a transaction: there a request that comes after one that was refused
 * is never seen, without one it would stand before its predecessors.
 */
const AT_ONCE = 3;

export interface Sending {
  readonly topic: string;
  /** Null: outside of transactions. */
  readonly transactionalId: string | null;
  readonly compression: Compression;
  readonly encoder: 'evergen' | 'kafkajs';
}

/** A chunk as it goes out: its record batch, or the messages of which kafkajs makes one. */
interface Encoded {
  readonly chunk: Chunk;
  readonly firstSequence: number;
  readonly bytes?: Buffer;
  readonly messages?: Message[];
}
const NO_BYTES = Buffer.alloc(0);

export class Sender {
  private readonly sequences = new Map<number, number>();
  private readonly ends = new Map<number, number>();
  /** By turn, of which there are as many as requests under way, then by partition. */
  private readonly buffers: Map<number, RecordBatch>[] = [];
  private readonly atOnce: number;

  constructor(
    private readonly link: Link,
    private readonly producer: EosManager,
    private readonly sending: Sending,
  ) {
    this.atOnce = sending.transactionalId === null || sending.encoder === 'kafkajs' ? 1 : AT_ONCE;
  }

  /**
   * Resolves when all are acknowledged.
   * @param admitted from when on the brokers take them: the first are encoded meanwhile
   */
  async send(chunks: Chunks, admitted: Promise<void>): Promise<void> {
    const answers: Promise<void>[] = [];
    for (const [r, request] of chunks.requests.entries()) {
      await answers[r - this.atOnce];
      const batches = await this.encoded(chunks, request, r % this.atOnce);
      await admitted;
      const { acknowledged } = await this.start(batches);
      // The first failure in their order is thrown; those that follow from it are nobody's.
      acknowledged.catch(() => undefined);
      answers.push(acknowledged);
    }
    await Promise.all(answers);
  }

  /** Resolves when the request has gone out to each leader, so that the next one is behind it. */
  private async start(batches: readonly Encoded[]): Promise<{ acknowledged: Promise<void> }> {
    const { topic } = this.sending;
    const leaders = this.link.cluster.findLeaderForPartitions(
      topic,
      batches.map(({ chunk: { partition } }) => partition),
    );
    const started = Object.entries(leaders).map(async ([nodeId, partitions]) => {
      const its = batches.filter(({ chunk }) => partitions.includes(chunk.partition));
      const { answers } = await this.produce(nodeId, its);
      // When another broker cannot be reached, nobody waits for what this one answers.
      answers.catch(() => undefined);
      return { its, answers };
    });
    const requests = await Promise.all(started);
    // A partition that the metadata does not have is left out without a word.
    if (requests.reduce((sum, { its }) => sum + its.length, 0) !== batches.length) throw gone(topic);
    const acknowledged = requests.map(async ({ its, answers }) => {
      this.check(its, await answers);
    });
    return { acknowledged: Promise.all(acknowledged).then(() => undefined) };
  }

  private async encoded(chunks: Chunks, request: Request, turn: number): Promise<Encoded[]> {
    const { transactionalId, compression, encoder } = this.sending;
    const numbered = request.chunks.map((chunk) => ({ chunk, firstSequence: this.sequence(chunk) }));
    if (encoder === 'kafkajs') return numbered.map((one, place) => ({ ...one, messages: chunks.messages(request, place) }));
    const producer = {
      producerId: BigInt(this.producer.getProducerId()),
      epoch: this.producer.getProducerEpoch(),
      transactional: transactionalId !== null,
    };
    const into = request.chunks.map(({ partition }) => this.bufferOf(turn, partition));
    chunks.write(request, into);
    const finished = numbered.map(async (one, place) => {
      const bytes = (await into[place]?.finish(producer, one.firstSequence, compression)) ?? NO_BYTES;
      return { ...one, bytes };
    });
    return Promise.all(finished);
  }

  private async produce(nodeId: string, batches: readonly Encoded[]): Promise<Started> {
    const broker = await this.link.cluster.findBroker({ nodeId });
    const { topic, transactionalId, encoder } = this.sending;
    if (encoder === 'kafkajs') return { answers: this.produceByKafkajs(broker, batches) };
    return produce(broker, {
      transactionalId,
      topic,
      batches: batches.map(({ chunk: { partition }, bytes = NO_BYTES }) => ({ partition, bytes })),
    });
  }

  /** The way back to the stock encoder (`KAFKA_ENCODER=kafkajs`). */
  private async produceByKafkajs(broker: Cluster.Broker, batches: readonly Encoded[]): Promise<PartitionAnswer[]> {
    const { topic, transactionalId, compression } = this.sending;
    const partitions = batches.map(({ chunk: { partition }, firstSequence, messages }) => ({ partition, firstSequence, messages }));
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
  private sequence({ partition, count }: Chunk): number {
    const first = this.sequences.get(partition) ?? 0;
    this.sequences.set(partition, (first + count) % SEQUENCES);
    return first;
  }

  private check(sent: readonly Encoded[], answers: readonly PartitionAnswer[]): void {
    for (const { chunk } of sent) {
      const { partition, count } = chunk;
      const answer = answers.find((one) => one.partition === partition);
      if (answer === undefined) throw new Error(`the broker did not say what became of partition ${String(partition)}`);
      if (answer.code !== 0) throw createErrorFromCode(answer.code);
      // Offsets that go back are those of another topic of the same name.
      if (answer.baseOffset < (this.ends.get(partition) ?? 0)) throw gone(this.sending.topic);
      this.ends.set(partition, answer.baseOffset + count);
    }
  }

  private bufferOf(turn: number, partition: number): RecordBatch {
    const buffers = (this.buffers[turn] ??= new Map<number, RecordBatch>());
    const known = buffers.get(partition) ?? new RecordBatch();
    buffers.set(partition, known);
    return known;
  }
}
