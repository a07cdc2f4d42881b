/** The short form of `npm run test:kill`, on both lines of brokers: producers killed and stopped, the broker killed, and Kafka's own consumer as the judge. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killHarness } from '../../bench/kill/harness';
import { KAFKA_VERSIONS } from '../../src/kafka-broker/jars';
import { atEnd } from '../support/cleanup';
import { describeKafka } from '../support/kafka';

jest.setTimeout(180_000);

describeKafka('a part that is written to Kafka by one killed worker after the other', () => {
  it.each(KAFKA_VERSIONS)('holds every event once and in order, on %s', async (version) => {
    const folder = await mkdtemp(join(tmpdir(), 'evergen-kill-'));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    const seed = Date.now() % 1_000_000;
    process.stderr.write(`kill harness on ${version}: --seed ${String(seed)}\n`);
    const size = { kills: 5, zombies: 6, brokerKills: 1, lanes: 2 };

    const outcome = await killHarness({ version, ...size, seed, folder, variables: process.env, say: () => undefined });

    expect(outcome.violations).toEqual([]);
    expect(outcome.reading).toMatchObject({ lost: 0, duplicated: 0, out_of_order: 0, foreign: 0 });
    expect(outcome.reading.expected).toBeGreaterThan(500);
    expect(Object.values(outcome.attacks).reduce((sum, n) => sum + n)).toBe(12);
  });
});
