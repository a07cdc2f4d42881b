/** Metadata, version 10: of one topic, with its id, which tells a topic from another one of the same name. kafkajs knows versions up to 6. */
import type Cluster from 'kafkajs/src/cluster';
import Decoder from 'kafkajs/src/protocol/decoder';
import Encoder from 'kafkajs/src/protocol/encoder';
import { createErrorFromCode } from 'kafkajs/src/protocol/error';

export interface Metadata {
  readonly clusterId: string;
  /** Null when it does not exist, or was not asked for. */
  readonly topic: TopicMetadata | null;
}

export interface TopicMetadata {
  /** Hex. */
  readonly id: string;
  readonly partitions: number;
  /** Each partition has a leader. */
  readonly ready: boolean;
}

const UNKNOWN_TOPIC = 3;

/** @param topic null: only the cluster */
export const metadata = (topic: string | null): Cluster.Exchange<Metadata> => ({
  request: {
    apiKey: 3,
    apiVersion: 10,
    apiName: 'Metadata',
    encode: async () =>
      new Encoder()
        .writeUVarIntBytes()
        .writeUVarIntArray(topic === null ? [] : [named(topic)])
        .writeBoolean(false)
        .writeBoolean(false)
        .writeBoolean(false)
        .writeUVarIntBytes(),
  },
  response: { decode, parse: async (answer) => answer },
});

/** By its name: an id of zeros asks for none. */
function named(topic: string): Encoder {
  const encoder = new Encoder();
  encoder.writeBufferInternal(Buffer.alloc(16));
  return encoder.writeUVarIntString(topic).writeUVarIntBytes();
}

async function decode(raw: Buffer): Promise<Metadata> {
  const decoder = new Decoder(raw);
  decoder.readTaggedFields();
  decoder.readInt32(); // throttle time
  decoder.readUVarIntArray(skipBroker);
  const clusterId = decoder.readUVarIntString() ?? '';
  decoder.readInt32(); // controller
  const [topic] = decoder.readUVarIntArray(readTopic);
  if (topic === undefined || topic.code === UNKNOWN_TOPIC) return { clusterId, topic: null };
  // A topic that is just being made has no leaders yet: its code says so, too, and `ready` is enough.
  if (topic.code !== 0 && topic.partitions === 0) throw createErrorFromCode(topic.code);
  return { clusterId, topic };
}

function skipBroker(decoder: Decoder): void {
  decoder.readInt32();
  decoder.readUVarIntString();
  decoder.readInt32();
  decoder.readUVarIntString();
  decoder.readTaggedFields();
}

function readTopic(decoder: Decoder): TopicMetadata & { code: number } {
  const code = decoder.readInt16();
  decoder.readUVarIntString(); // name
  const id = decoder.readBytes(16).toString('hex');
  decoder.readBoolean(); // internal
  const leaders = decoder.readUVarIntArray(readLeader);
  decoder.readInt32(); // authorized operations
  decoder.readTaggedFields();
  return { code, id, partitions: leaders.length, ready: leaders.length > 0 && leaders.every((leader) => leader >= 0) };
}

function readLeader(decoder: Decoder): number {
  decoder.readInt16(); // error
  decoder.readInt32(); // partition
  const leader = decoder.readInt32();
  decoder.readInt32(); // its epoch
  for (let list = 0; list < 3; list++) decoder.readUVarIntArray((replica) => replica.readInt32());
  decoder.readTaggedFields();
  return leader;
}
