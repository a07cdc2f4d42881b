/** Events a second into one broker: evergen exactly once through Temporal, kafkajs as it comes, and Kafka's own Java producer, in turns. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { packageRoot } from '../src/config/package-root';
import { startBroker } from '../src/kafka-broker/broker';
import { findKafka, KAFKA_VERSIONS } from '../src/kafka-broker/jars';
import { javaArguments } from '../src/kafka-broker/java';
import { unpacedPlan } from './job';
import { eventsPerSecond, median, type Measured } from './measured';
import { startStack } from './stack';
import { throughTemporal } from './through-temporal';

export interface KafkaBenchOptions {
  events: number;
  runs: number;
  folder: string;
  /** Folder for CPU profiles of the worker; null: none. */
  profiles: string | null;
  variables: NodeJS.ProcessEnv;
  say: (line: string) => void;
}

const CASES = {
  evergen: 'evergen, exactly once, through Temporal',
  stock: 'kafkajs 2.2.4 as it comes, transactions',
  transactional: 'Java ProducerPerformance, transactions',
  plain: 'Java ProducerPerformance, idempotent',
} as const;
type Case = keyof typeof CASES;

/** Of an event of crisis intake, about; the peers send as much. */
const BYTES = 375;
const PARTITIONS = 4;
/** Java's own best on one machine: larger batches than the standard ones. A transaction holds what comes in this time. */
const JAVA = ['acks=all', 'batch.size=262144', 'linger.ms=5', 'buffer.memory=134217728'];
const TRANSACTION_MS = '100';
/** Of the events of the others: as they come, kafkajs takes ten times as long for each. */
const STOCK_SHARE = 0.25;

export async function kafka({ events, runs, folder, profiles, variables, say }: KafkaBenchOptions): Promise<void> {
  const [version] = KAFKA_VERSIONS;
  const jars = await findKafka(version, { variables, say });
  const broker = await startBroker({ jars, dataDir: join(folder, 'kafka'), port: 0 });
  const stack = await startStack(folder, { ...variables, KAFKA_BOOTSTRAP: broker.address });
  const measured: Record<Case, Measured[]> = { evergen: [], stock: [], transactional: [], plain: [] };
  say(
    `Kafka ${version}, ${events.toLocaleString('en')} events of about ${String(BYTES)} B (kafkajs: a quarter), ${String(PARTITIONS)} partitions, ${String(runs)} rounds`,
  );
  const java = (topic: string, ...more: string[]) => javaProducer(jars, broker.address, topic, events, more);
  const onTopic = async (topic: string, work: (topic: string) => Promise<Measured>): Promise<Measured> => {
    await withAdmin(broker.address, (admin) => makeTopic(admin, topic));
    await written();
    const one = await work(topic);
    await withAdmin(broker.address, (admin) => admin.deleteTopics({ topics: [topic] }));
    return one;
  };
  try {
    // A broker that has just started compiles its own code first: not counted.
    await onTopic('bench.warm-up', (topic) => java(topic));
    for (let run = 1; run <= runs; run++) {
      const cases: Record<Case, (topic: string) => Promise<Measured>> = {
        evergen: (topic) => throughTemporal(stack, unpacedPlan(`bench-${String(run)}`, { name: 'kafka', topic }, events), { profiles }),
        stock: (topic) => stockKafkajs(broker.address, topic, Math.round(events * STOCK_SHARE)),
        transactional: (topic) => java(topic, '--transactional-id', topic, '--transaction-duration-ms', TRANSACTION_MS),
        plain: (topic) => java(topic),
      };
      for (const name of inTurn(Object.keys(cases) as Case[], run)) {
        const one = await onTopic(`bench.${name}.${String(run)}`, cases[name]);
        if (name !== 'stock' && one.events !== events)
          throw new Error(`${CASES[name]} made ${String(one.events)} events, not ${String(events)}`);
        measured[name].push(one);
        say(`  round ${String(run)}: ${row(name, one)}`);
      }
    }
  } finally {
    await stack.stop();
    await broker.stop();
  }
  const medians = Object.fromEntries(Object.entries(measured).map(([name, all]) => [name, median(all)])) as Record<Case, Measured>;
  const ratio = (name: Case) => `${(eventsPerSecond(medians.evergen) / eventsPerSecond(medians[name])).toFixed(2)} × ${CASES[name]}`;
  say('');
  say(`medians: evergen ${ratio('transactional')}, ${ratio('plain')}, ${ratio('stock')}`);
  say(' '.repeat(44) + ['events/s', 'seconds', 'CPU s', 'peak RSS'].map((column) => column.padStart(12)).join(''));
  for (const name of Object.keys(CASES) as Case[]) say(row(name, medians[name]));
}

/** Each round begins with another case, so that none always follows the same one. */
const inTurn = <T>(all: readonly T[], run: number): T[] => all.map((_, i) => all[(i + run - 1) % all.length] as T);

/** Until the disk has what the case before has left to it: a broker does not sync, so the next one would pay for it. */
const written = () => promisify(execFile)('sync');

/** A connection of its own: one that remembers a topic fails when it has been deleted. */
async function withAdmin(bootstrap: string, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function makeTopic(admin: Admin, topic: string): Promise<void> {
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: PARTITIONS, configEntries }] });
  // Its leaders need a moment to learn that they are.
  await sleep(1_000);
}

const row = (name: Case, one: Measured): string =>
  CASES[name].padEnd(44) +
  [
    Math.round(eventsPerSecond(one)).toLocaleString('en'),
    one.seconds.toFixed(2),
    Number.isNaN(one.cpuSeconds) ? '-' : one.cpuSeconds.toFixed(2),
    one.peakRssMb === null ? '-' : `${one.peakRssMb.toFixed(0)} MB`,
  ]
    .map((cell) => cell.padStart(12))
    .join('');

async function stockKafkajs(bootstrap: string, topic: string, events: number): Promise<Measured> {
  const script = join(packageRoot(), 'dist/bench/stock-kafkajs.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, bootstrap, topic, String(events)]);
  return JSON.parse(stdout) as Measured;
}

/** By its own figures, which begin when the JVM has started. */
async function javaProducer(jars: string, bootstrap: string, topic: string, events: number, more: readonly string[]): Promise<Measured> {
  const size = ['--topic', topic, '--num-records', String(events), '--record-size', String(BYTES), '--throughput', '-1'];
  const properties = ['--producer-props', `bootstrap.servers=${bootstrap}`, ...JAVA];
  const program = 'org.apache.kafka.tools.ProducerPerformance';
  const { stdout } = await promisify(execFile)('java', [...javaArguments(jars), program, ...size, ...more, ...properties]);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const [, sent, rate] = /^(\d+) records sent, ([\d.]+) records\/sec/.exec(last) ?? [];
  if (Number(sent) !== events) throw new Error(`ProducerPerformance said: ${last}`);
  return { events, bytes: events * BYTES, seconds: events / Number(rate), cpuSeconds: Number.NaN, peakRssMb: null };
}
