/** Produce, version 7: record batches that are encoded already, and an answer for each partition in place of one error for all. */
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

interface Produce {
  transactionalId: string | null;
  topic: string;
  batches: readonly { partition: number; bytes: Buffer }[];
}

const ALL_REPLICAS = -1;
const TIMEOUT_MS = 20_000;

export const produce = ({ transactionalId, topic, batches }: Produce): Cluster.Exchange<PartitionAnswer[]> => ({
  request: {
    apiKey: 0,
    apiVersion: 7,
    apiName: 'Produce',
    encode: async () => {
      const length = batches.reduce((sum, { bytes }) => sum + bytes.length + 8, 512);
      const encoder = new Encoder(length)
        .writeString(transactionalId)
        .writeInt16(ALL_REPLICAS)
        .writeInt32(TIMEOUT_MS)
        .writeInt32(1)
        .writeString(topic)
        .writeInt32(batches.length);
      for (const { partition, bytes } of batches) encoder.writeInt32(partition).writeInt32(bytes.length).writeBufferInternal(bytes);
      return encoder;
    },
  },
  response: { decode, parse: async (answer) => answer },
});

async function decode(raw: Buffer): Promise<PartitionAnswer[]> {
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
