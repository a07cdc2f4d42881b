/** A place on a real broker: the sink under test, a topic of its own, and what readers find there. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { createSink } from '../../../src/sinks';
import type { kafka } from '../../../src/sinks/kafka';
import { settingsOf } from '../../../src/sinks/kafka/settings';
import { readPart, readTopic, type TopicRecord } from '../../../src/sinks/kafka/read';
import type { PartAddress, Sink } from '../../../src/sinks/sink';

export interface Place {
  readonly topic: string;
  sink(options?: Partial<z.input<typeof kafka.options>>, env?: Record<string, string>): Sink;
  /** Committed records of a part in the order of batches and events. */
  records(part: PartAddress): Promise<(TopicRecord & { partition: number })[]>;
}

/** A topic that is not there yet, in a Temporal namespace of its own. */
export function placeOn(bootstrap: string, topic = `orders-${randomUUID().slice(0, 8)}`, surroundings: Record<string, string> = {}): Place {
  const namespace = randomUUID();
  const variables = { KAFKA_BOOTSTRAP: bootstrap, ...surroundings };
  const site = {
    topic,
    delivery: 'exactly_once',
    compression: 'none',
    topicPolicy: 'require',
    settings: () => settingsOf(variables),
    namespace: () => namespace,
  } as const;
  return {
    topic,
    sink: (options = {}, env = {}) =>
      createSink({ name: 'kafka', options: { topic, ...options } }, { dataDir: '/nowhere', env: { ...variables, ...env }, namespace }),
    async records(part) {
      if (((await readPart(site, part))?.progress ?? null) === null) return [];
      const reader = await readTopic(site, topic);
      try {
        const found: (TopicRecord & { partition: number })[] = [];
        for (let partition = 0; partition < reader.partitions; partition++)
          for await (const records of reader.read(partition)) found.push(...records.map((record) => ({ ...record, partition })));
        return found.filter(({ id }) => batchOf(id, part) % part.shards === part.shard).sort((a, b) => order(a.id, b.id, part));
      } finally {
        reader.close();
      }
    },
  };
}

/** NaN: of another run or stream. */
function batchOf(id: string | null, { job, run, stream }: PartAddress): number {
  const prefix = `${job}/${run}/${stream}/`;
  return id?.startsWith(prefix) === true ? Number(id.slice(prefix.length).split('/')[0]) : NaN;
}

const order = (a: string | null, b: string | null, part: PartAddress): number =>
  batchOf(a, part) - batchOf(b, part) || Number(a?.split('/').at(-1)) - Number(b?.split('/').at(-1));

export const textOf = (records: readonly TopicRecord[]): string => records.map(({ value }) => `${value?.toString() ?? ''}\n`).join('');
