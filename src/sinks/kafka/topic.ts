/** The topic of a part: found, or made where that is wanted; and what its settings allow. */
import type Cluster from 'kafkajs/src/cluster';
import { setTimeout } from 'node:timers/promises';
import { LostProgress, SinkError } from '../sink';
import { hasType } from './failures';
import type { Link } from './link';
import { metadata, type TopicMetadata } from './requests/metadata';
import type { Settings } from './settings';

export interface TopicLimits {
  /** Largest record batch, bytes (`max.message.bytes`). */
  readonly batchBytes: number;
  /** How long records are kept after their own time, ms (`retention.ms`); null: for ever, or nobody knows. */
  readonly retentionMs: number | null;
}

const LEADERS_WITHIN_MS = 10_000;

/** @param create whether a missing topic is made; otherwise it is an error */
export async function findTopic(link: Link, name: string, settings: Settings, create: boolean): Promise<TopicMetadata> {
  const found = (await link.seed.connectionPool.send(metadata(name))).topic;
  if (found === null && create) await makeTopic(link, name, settings);
  const topic = found?.ready === true ? found : await untilReady(link, name);
  await link.cluster.addMultipleTargetTopics([name]);
  if (found === null) await untilLed(link, name, topic.partitions);
  return topic;
}

export const missing = (name: string): SinkError =>
  new SinkError(`there is no topic ${name}, and topic_policy: require forbids to make it: make it, then resume the job`, false);

export const gone = (name: string): LostProgress =>
  new LostProgress(`topic ${name} was deleted, and what was committed with it: start the job anew`);

async function makeTopic({ cluster }: Link, topic: string, { partitions, replication }: Settings): Promise<void> {
  await cluster.refreshMetadata();
  const controller = await cluster.findControllerBroker();
  // Event time is the records' time, and a topic forgets by it: a backfill would be deleted as soon as it is written.
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  try {
    await controller.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: replication, configEntries }] });
  } catch (error) {
    // Another part was faster.
    if (!hasType(error, 'TOPIC_ALREADY_EXISTS')) throw error;
  }
}

async function untilReady(link: Link, name: string): Promise<TopicMetadata> {
  for (const until = Date.now() + LEADERS_WITHIN_MS; ; await setTimeout(20)) {
    const { topic } = await link.seed.connectionPool.send(metadata(name));
    if (topic?.ready === true) return topic;
    if (Date.now() > until) throw new SinkError(`topic ${name} has partitions without a leader: are all brokers up?`, true);
  }
}

/** A leader is named before it knows that it leads. */
async function untilLed({ cluster }: Link, topic: string, count: number): Promise<void> {
  const partitions = Array.from({ length: count }, (_, partition) => ({ partition }));
  for (const until = Date.now() + LEADERS_WITHIN_MS; ; await setTimeout(20)) {
    try {
      return void (await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }]));
    } catch (error) {
      if (!hasType(error, 'NOT_LEADER_FOR_PARTITION', 'UNKNOWN_TOPIC_OR_PARTITION') || Date.now() > until) throw error;
    }
  }
}

const TOPIC = 2;
/** The brokers' defaults, where somebody may write but not read settings. */
const UNKNOWN: TopicLimits = { batchBytes: 1_048_588, retentionMs: null };

export async function limitsOf(link: Link, name: string): Promise<TopicLimits> {
  let entries: Cluster.ConfigEntry[];
  try {
    const configNames = ['max.message.bytes', 'retention.ms', 'cleanup.policy'];
    const { resources } = await link.seed.describeConfigs({ resources: [{ type: TOPIC, name, configNames }] });
    entries = resources.flatMap(({ configEntries }) => configEntries);
  } catch (error) {
    if (hasType(error, 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED')) return UNKNOWN;
    throw error;
  }
  const value = (of: string) => entries.find(({ configName }) => configName === of)?.configValue ?? null;
  const [bytes, retentionMs] = [Number(value('max.message.bytes') ?? UNKNOWN.batchBytes), Number(value('retention.ms') ?? -1)];
  const deletes = (value('cleanup.policy') ?? 'delete').includes('delete');
  return { batchBytes: bytes, retentionMs: deletes && retentionMs >= 0 ? retentionMs : null };
}
