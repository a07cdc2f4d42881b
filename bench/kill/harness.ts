/** Attacks on a job that writes to Kafka, in a random order; then two readers say what has come of it: Kafka's own consumer, and evergen's `verify`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startBroker, type Broker } from '../../src/kafka-broker/broker';
import { findKafka, type KafkaVersion } from '../../src/kafka-broker/jars';
import { verifyTopics } from '../../src/verify/topics';
import { schedulesOf } from '../../workflows/schedule';
import { choices, type Choices } from '../../src/cli/choices';
import { harnessJob, JOB } from './job';
import { Lane, type Attack, type Zombie } from './lane';
import { readWithJava, type Reading } from './reader';

export interface HarnessOptions {
  version: KafkaVersion;
  kills: number;
  zombies: number;
  brokerKills: number;
  /** Parts that are attacked side by side. */
  lanes: number;
  seed: number;
  /** Everything is written there. */
  folder: string;
  variables: NodeJS.ProcessEnv;
  say(line: string): void;
}

export interface Outcome {
  seconds: number;
  /** How often each attack was made. */
  attacks: Readonly<Record<string, number>>;
  /** Commits that were made, their answer lost with the producer. */
  unanswered: number;
  gaveUp: number;
  reading: Reading;
  /** All that must not be; empty when nothing was lost, doubled or out of order. */
  violations: string[];
}

const ZOMBIES = ['zombie-before-init', 'zombie-after-init', 'zombie-in-commit'].flatMap((name) => [name, `${name}-resumed`]) as Zombie[];
const NAMESPACE = '00000000-0000-4000-8000-000000000000';
const RUN = '20260101T000000.000Z';

export async function killHarness(options: HarnessOptions): Promise<Outcome> {
  const { version, lanes: shards, seed, folder, variables, say } = options;
  const began = performance.now();
  const jars = await findKafka(version, { variables, say });
  await mkdir(folder, { recursive: true });
  const dataDir = join(folder, 'kafka');
  let broker: Broker = await startBroker({ jars, dataDir, port: 0 });
  try {
    const { address: bootstrap, port } = broker;
    const topic = 'kill.harness';
    const violations: string[] = [];
    const random = choices(seed);
    let restarting: Promise<void> = Promise.resolve();
    // One after the other, whichever lane asks.
    const killBroker = () =>
      (restarting = restarting.then(async () => {
        process.kill(broker.pid, 'SIGKILL');
        await broker.exited;
        broker = await startBroker({ jars, dataDir, port });
      }));
    const lanes = Array.from({ length: shards }, (_, shard) => {
      const of = { bootstrap, namespace: NAMESPACE, topic, run: RUN, seed, shards, shard };
      return new Lane({ ...of, random: choices(random.below(2 ** 31)), killBroker, violation: (text) => violations.push(text) });
    });
    for (const lane of lanes) await lane.settle(true);
    const deck = shuffled(deckOf(options, random), random);
    const all = deck.length;
    const draw = () => {
      if (deck.length > 0 && (all - deck.length) % 25 === 0) say(`${String(all - deck.length)} of ${String(all)} attacks`);
      return deck.shift();
    };
    await Promise.all(lanes.map((lane) => lane.run(draw)));

    const nexts: number[] = [];
    for (const lane of lanes) nexts.push(await lane.settle());
    say(`reading ${String(Math.max(...nexts))} batches with Kafka's own consumer, then with verify`);
    const { plan, timeline } = harnessJob(topic, RUN, seed, shards);
    const [schedule] = schedulesOf(plan, timeline);
    const counts = Array.from({ length: Math.max(...nexts) }, (_, b) =>
      b < (nexts[b % shards] ?? 0) ? (schedule?.batch(b).events ?? 0) : 0,
    );
    const prefix = `${JOB}/${RUN}/${plan.streams[0]?.name ?? ''}`;
    const reading = await readWithJava(jars, folder, { bootstrap, topic, prefix, shards, counts });
    for (const what of ['lost', 'duplicated', 'out_of_order', 'foreign'] as const)
      if (reading[what] !== 0) violations.push(`${String(reading[what])} events ${what.replaceAll('_', ' ')}, says Kafka's own consumer`);
    const home = `kafka - ${NAMESPACE}`;
    const report = await verifyTopics({ plan, timeline, state: 'stopped', home }, { dataDir: folder, env: { KAFKA_BOOTSTRAP: bootstrap } });
    violations.push(...report.problems);
    const total = (count: (lane: Lane) => number) => lanes.reduce((sum, lane) => sum + count(lane), 0);
    const names = [...new Set(lanes.flatMap((lane) => Object.keys(lane.done)))].sort();
    return {
      seconds: (performance.now() - began) / 1000,
      attacks: Object.fromEntries(names.map((name) => [name, total((lane) => lane.done[name] ?? 0)])),
      unanswered: total((lane) => lane.unanswered),
      gaveUp: total((lane) => lane.gaveUp),
      reading,
      violations,
    };
  } finally {
    await broker.stop();
  }
}

/** A fifth of the kills hit a producer that is just opening its part. */
const deckOf = ({ kills, zombies, brokerKills }: HarnessOptions, random: Choices): Attack[] => [
  ...Array.from({ length: kills }, (_, i): Attack => (i % 5 === 4 ? 'kill-opening' : 'kill')),
  ...Array.from({ length: zombies }, (_, i) => ZOMBIES[i % ZOMBIES.length] ?? random.of('zombie-in-commit')),
  ...Array.from({ length: brokerKills }, (): Attack => 'kill-broker'),
];

function shuffled<T>(all: T[], random: Choices): T[] {
  return all
    .map((one) => ({ one, at: random.below(2 ** 31) }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
