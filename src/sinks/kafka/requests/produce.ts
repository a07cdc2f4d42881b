/**
 * Produce, version 7: record batches that are encoded already, and an answer for each partition in place of one error for all. They go to the
 * socket as they are; by kafkajs's own way each byte would be copied three times more, into memory that is new each time.
 */
import type Cluster from 'kafkajs/src/cluster';
import Decoder from 'kafkajs/src/protocol/decoder';
import Encoder from 'kafkajs/src/protocol/encoder';

export interface PartitionAnswer {
  readonly partition: number;
  /** 0: written. */
  readonly code: number;
  /** Of the first record. */
  readonly baseOffset: number;
}

export interface Produce {
  readonly transactionalId: string | null;
  readonly topic: string;
  readonly batches: readonly { readonly partition: number; readonly bytes: Buffer }[];
}

const API = { apiKey: 0, apiVersion: 7, apiName: 'Produce' } as const;
const ALL_REPLICAS = -1;
const TIMEOUT_MS = 20_000;

/** A request that is out, or behind others of its connection. In an object, as a promise of a promise would wait for both. */
export interface Started {
  readonly answers: Promise<PartitionAnswer[]>;
}

/** Resolves when the request is out. The batches' bytes must stay as they are until the answer is there. */
export async function produce(broker: Cluster.Broker, what: Produce): Promise<Started> {
  const connection = await broker.connectionPool.getConnection();
  if (!connection.isAuthenticated()) await connection.authenticate();
  connection.failIfNotConnected();
  const correlationId = connection.nextCorrelationId();
  const frame = frameOf(what, correlationId, connection.clientId);
  const answer = new Promise<{ payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { ...API, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout: null,
      sendRequest: () => {
        const { socket } = connection;
        // One call of the system for all pieces.
        socket.cork();
        for (const piece of frame) socket.write(piece);
        socket.uncork();
      },
    });
  });
  return { answers: answer.then(({ payload }) => decode(payload)) };
}

/** The request as it goes over the wire, in pieces. */
export function frameOf({ transactionalId, topic, batches }: Produce, correlationId: number, clientId: string): Buffer[] {
  const head = new Encoder()
    .writeInt16(API.apiKey)
    .writeInt16(API.apiVersion)
    .writeInt32(correlationId)
    .writeString(clientId)
    .writeString(transactionalId)
    .writeInt16(ALL_REPLICAS)
    .writeInt32(TIMEOUT_MS)
    .writeInt32(1)
    .writeString(topic)
    .writeInt32(batches.length).buffer;
  const pieces = batches.flatMap(({ partition, bytes }) => [new Encoder().writeInt32(partition).writeInt32(bytes.length).buffer, bytes]);
  const length = pieces.reduce((sum, piece) => sum + piece.length, head.length);
  return [new Encoder().writeInt32(length).buffer, head, ...pieces];
}

function decode(raw: Buffer): PartitionAnswer[] {
  return new Decoder(raw)
    .readArray((topic) => {
      topic.readString();
      return topic.readArray((decoder) => {
        const [partition, code, baseOffset] = [decoder.readInt32(), decoder.readInt16(), Number(decoder.readInt64().toString())];
        decoder.readInt64(); // log append time
        decoder.readInt64(); // log start offset
        return { partition, code, baseOffset };
      });
    })
    .flat();
}
