/**
 * OffsetFetch, version 7: the first that can be told to wait for transactions that are being ended. kafkajs stops at version 4, whose answer after a
 * kill may be older than a commit that was acknowledged (7 of 58 reads).
 */
import type Cluster from 'kafkajs/src/cluster';
import Decoder from 'kafkajs/src/protocol/decoder';
import Encoder from 'kafkajs/src/protocol/encoder';
import { createErrorFromCode } from 'kafkajs/src/protocol/error';

export interface CommittedOffset {
  /** Negative: there is none. */
  readonly offset: number;
  readonly metadata: string;
}

interface Wanted {
  group: string;
  topic: string;
  partition: number;
  /** Refuse (error 88) while a transaction over this offset is open, in place of an answer that may be old. */
  requireStable: boolean;
}

export const offsetFetch = ({ group, topic, partition, requireStable }: Wanted): Cluster.Exchange<CommittedOffset> => ({
  request: {
    apiKey: 9,
    apiVersion: 7,
    apiName: 'OffsetFetch',
    encode: async () =>
      new Encoder()
        .writeUVarIntBytes()
        .writeUVarIntString(group)
        .writeUVarIntArray([
          new Encoder()
            .writeUVarIntString(topic)
            .writeUVarIntArray([new Encoder().writeInt32(partition)])
            .writeUVarIntBytes(),
        ])
        .writeBoolean(requireStable)
        .writeUVarIntBytes(),
  },
  response: { decode, parse: async (answer) => answer },
});

async function decode(raw: Buffer): Promise<CommittedOffset> {
  const decoder = new Decoder(raw);
  decoder.readTaggedFields();
  decoder.readInt32(); // throttle time
  const topics = decoder.readUVarIntArray((topic) => {
    topic.readUVarIntString();
    const partitions = topic.readUVarIntArray(readPartition);
    topic.readTaggedFields();
    return partitions;
  });
  const groupCode = decoder.readInt16();
  const found = topics.flat()[0];
  const code = groupCode !== 0 ? groupCode : (found?.code ?? 0);
  if (code !== 0) throw createErrorFromCode(code);
  return found ?? { offset: -1, metadata: '' };
}

function readPartition(decoder: Decoder): CommittedOffset & { code: number } {
  decoder.readInt32(); // partition
  const offset = Number(decoder.readInt64().toString());
  decoder.readInt32(); // leader epoch
  const metadata = decoder.readUVarIntString() ?? '';
  const code = decoder.readInt16();
  decoder.readTaggedFields();
  return { offset, metadata, code };
}
