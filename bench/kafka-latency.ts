/** How soon a consumer with read_committed has an event after the instant at which it is due: 100 events a second for a minute, through Temporal. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { startBroker } from '../src/kafka-broker/broker';
import { findKafka, KAFKA_VERSIONS } from '../src/kafka-broker/jars';
import { latenessQuantile, sum } from '../workflows/ledger';
import { plan } from './job';
import { startStack } from './stack';

export interface KafkaLatencyOptions {
  folder: string;
  variables: NodeJS.ProcessEnv;
  seconds: number;
  say: (line: string) => void;
}

const RATE = 100;
const TOPIC = 'latency';

export async function kafkaLatency({ folder, variables, seconds, say }: KafkaLatencyOptions): Promise<void> {
  const jars = await findKafka(KAFKA_VERSIONS[0], { variables, say });
  const broker = await startBroker({ jars, dataDir: join(folder, 'kafka'), port: 0 });
  const client = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
  const [admin, consumer] = [client.admin(), client.consumer({ groupId: 'latency', readUncommitted: false, maxWaitTimeInMs: 1000 })];
  const stack = await startStack(folder, { ...variables, KAFKA_BOOTSTRAP: broker.address });
  const worker = await stack.worker(null);
  try {
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 4 }] });
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    const late: number[] = [];
    await consumer.run({
      partitionsConsumedConcurrently: 4,
      eachBatch: async ({ batch }) => {
        const now = Date.now();
        for (const { headers } of batch.messages) late.push(now - Date.parse(String(headers?.['evergen-due'])));
      },
    });
    const joined = Date.now() + 2_000;
    await sleep(joined - Date.now());
    await stack.begin(plan('latency', { name: 'kafka', topic: TOPIC }, { pace: { rate: RATE }, for: `${String(seconds)}s` }));
    const { state, parts } = await stack.result('latency');
    const totals = sum(parts.map((part) => part.totals));
    for (const until = Date.now() + 10_000; late.length < totals.emitted && Date.now() < until;) await sleep(50);
    late.sort((a, b) => a - b);
    const at = (q: number) => String(late[Math.ceil(late.length * q) - 1]);
    say(
      `${String(RATE)} events/s for ${String(seconds)} s: ${String(totals.emitted)} events committed (${state}), ${String(late.length)} read`,
    );
    say(`from due instant to a read_committed consumer: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
    say(
      `of that, until the commit begins: p50 ≤ ${latenessQuantile(totals, 0.5).toFixed(0)} ms, p99 ≤ ${latenessQuantile(totals, 0.99).toFixed(0)} ms`,
    );
  } finally {
    await consumer.disconnect();
    await admin.disconnect();
    await worker.stop();
    await stack.stop();
    await broker.stop();
  }
}
