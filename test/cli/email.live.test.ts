/** `evergen email` through a real stack. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { recipientsFor } from '../../src/scenarios/email/set';
import { identityOf } from '../../src/scenarios/email/identity';
import { IDENTITY, season } from '../scenarios/email/full-set';
import { plainAddresses } from '../scenarios/email/addresses';
import { plainIn } from '../scenarios/email/plain';
import { atEnd } from '../support/cleanup';
import { describeKafka, startKafka } from '../support/kafka';
import { until } from '../support/until';
import { evergen } from './evergen';

jest.setTimeout(120_000);

const START = ['--seed', '1', '--start', '2026-01-01T00:00:00Z'];

test('the full set is written once, is what the dry run said, verifies, and holds no plain address, nor does anything else that was kept', async () => {
  const call = await evergen();

  const dry = JSON.parse((await call('email', '--dry-run', '--json', ...START)).out) as { events: number; sha256: string };
  const nothing = await readdir(call.dataDir);
  const run = await call('email', ...START);
  const [id = ''] = await readdir(join(call.dataDir, 'jobs'));
  const [name = ''] = await readdir(join(call.dataDir, 'jobs', id));
  const data = await readFile(join(call.dataDir, 'jobs', id, name, 'events', '00-000000.jsonl'));
  const verified = await call('verify', id);

  expect(nothing).toEqual([]);
  expect(run).toMatchObject({ code: 0 });
  expect(dry.events).toBeGreaterThanOrEqual(80_000);
  expect(createHash('sha256').update(data).digest('hex')).toBe(dry.sha256);
  expect(verified).toMatchObject({
    code: 0,
    out: expect.stringContaining(`verified: ${dry.events.toLocaleString('en-US')} events`) as string,
  });
  expect(await plainIn(call.dataDir, plainAddresses(1_000))).toEqual([]);
  // The addresses that were looked for are those of the set.
  const hashes = new Set(Array.from(data.toString('latin1').matchAll(/"recipient_email_hash":"(\w+)"/g), ([, hash]) => hash));
  expect(plainAddresses(1_000).filter((address) => hashes.has(identityOf(address).emailHash)).length).toBe(hashes.size);
  expect(hashes.size).toBeGreaterThan(990);
});

describeKafka('where brokers are named', () => {
  test('events go to the topic email-events, under the recipient as key; dry run and summary make not even the topic', async () => {
    const { bootstrap } = await startKafka();
    const call = await evergen({ KAFKA_BOOTSTRAP: bootstrap });
    const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    atEnd(() => admin.disconnect());

    const recipients = recipientsFor(IDENTITY, { days: 90, events: 300, most: 100 });
    const dry = await call('email', '--dry-run', '--count', '300', ...START);
    const summary = await call('email', '--summary', '--count', '300', ...START);
    const before = await admin.listTopics();
    const run = await call('email', '--count', '300', ...START);
    const read = await readAll(kafka, 'email-events', 300);

    expect([dry.code, summary.code, run.code]).toEqual([0, 0, 0]);
    expect(before).not.toContain('email-events');
    expect(read.map(({ value }) => value).sort()).toEqual(season({ recipients, events: 300 }).trimEnd().split('\n').sort());
    expect(read.every(({ key, value }) => (JSON.parse(value) as { universal_id: string }).universal_id === key)).toBe(true);
  });
});

interface Read {
  key: string;
  value: string;
}

/** The first `count` records of a topic, in whatever order its partitions answer. */
async function readAll(kafka: Kafka, topic: string, count: number): Promise<Read[]> {
  const consumer = kafka.consumer({ groupId: 'reader' });
  await consumer.connect();
  atEnd(() => consumer.disconnect());
  await consumer.subscribe({ topic, fromBeginning: true });
  const read: Read[] = [];
  await consumer.run({
    eachMessage: ({ message: { key, value } }) => {
      read.push({ key: key?.toString() ?? '', value: value?.toString() ?? '' });
      return Promise.resolve();
    },
  });
  await until(() => Promise.resolve(read.length >= count), 30_000);
  return read;
}
