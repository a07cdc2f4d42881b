/** What Kafka refuses, or loses: each is told in words and at once, and nothing is lost or written twice by it. */
import { setTimeout } from 'node:timers/promises';
import { Kafka, logLevel, type Admin, type ITopicConfig } from 'kafkajs';
import { LostProgress, SinkError, type Batch } from '../../../src/sinks/sink';
import { atEnd } from '../../support/cleanup';
import { describeKafka, startKafka, type TestBroker } from '../../support/kafka';
import { until } from '../../support/until';
import { batchesOf, bytesOf, totalsOf } from '../batches';
import { begin, commitAll, freshPart, reopen } from '../conformance';
import { placeOn, textOf } from './place';

jest.setTimeout(120_000);

const nothing = new AbortController().signal;

/** The refusal of `act`, which must come within 3 s and be for an operator to mend. */
async function refusal(act: Promise<unknown>): Promise<string> {
  const began = Date.now();
  const error: unknown = await act.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SinkError) || error.canRetry) throw error;
  expect(Date.now() - began).toBeLessThan(3000);
  return error.message;
}

/** Tries again what time heals, as the activities do: a broker that is back has to take up its transactions first. */
async function eventually<T>(act: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + 50_000; ; await setTimeout(500)) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SinkError && error.canRetry) || Date.now() > until) throw error;
    }
  }
}

/** `waitForLeaders` of kafkajs gives up when a busy broker does not know the new topic yet. */
async function makeTopic(admin: Admin, topic: ITopicConfig): Promise<void> {
  await admin.createTopics({ topics: [topic], waitForLeaders: false });
  const led = async () =>
    (await admin.fetchTopicMetadata({ topics: [topic.topic] })).topics[0]?.partitions.every(({ leader }) => leader >= 0) === true;
  await until(() => led().catch(() => false));
}

describeKafka('a broker that takes whatever comes', () => {
  let broker: TestBroker;
  let admin: Admin;
  beforeAll(async () => {
    broker = await startKafka();
    admin = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    atEnd(() => admin.disconnect());
  }, 180_000);

  it('has no such topic, and topic_policy: require forbids to make it', async () => {
    const place = placeOn(broker.bootstrap);

    expect(await refusal(begin(place.sink({ topic_policy: 'require' }), freshPart()))).toMatch(
      /^there is no topic orders-\w+, .*make it, then resume/,
    );

    await makeTopic(admin, { topic: place.topic, numPartitions: 1 });
    await (await begin(place.sink({ topic_policy: 'require' }), freshPart())).close();
  });

  it('makes a topic as the environment asks for it', async () => {
    const place = placeOn(broker.bootstrap);
    await (await begin(place.sink({}, { KAFKA_TOPIC_PARTITIONS: '7' }), freshPart())).close();

    expect((await admin.fetchTopicMetadata({ topics: [place.topic] })).topics[0]?.partitions).toHaveLength(7);
    expect(await refusal(begin(placeOn(broker.bootstrap).sink({}, { KAFKA_TOPIC_REPLICATION: '3' }), freshPart()))).toContain(
      'KAFKA_TOPIC_REPLICATION',
    );
  });

  it('gets more partitions: keys stay in theirs, and nothing is lost', async () => {
    const place = placeOn(broker.bootstrap);
    const part = freshPart();
    const writer = await begin(place.sink(), part);
    await commitAll(writer, part, 20, [4]);
    await admin.createPartitions({ topicPartitions: [{ topic: place.topic, count: 9 }] });
    await commitAll(writer, part, 40, [4], 20);
    await writer.close();
    const { next, writer: later } = await reopen(place.sink(), part);
    await commitAll(later, part, 60, [4], next);
    await later.close();

    const records = await place.records(part);
    expect(textOf(records)).toBe(bytesOf(batchesOf(part, 60)));
    expect(new Set(records.map(({ partition }) => partition))).toEqual(new Set([0, 1, 2, 3]));
  });

  it.each(['open', 'closed'])(
    'has lost the topic and got another of the same name while the writer was %s: lost progress, not a new start',
    async (state) => {
      const place = placeOn(broker.bootstrap);
      const part = freshPart();
      const writer = await begin(place.sink(), part);
      await commitAll(writer, part, 20, [20]);
      if (state === 'closed') await writer.close();
      await admin.deleteTopics({ topics: [place.topic] });
      await makeTopic(admin, { topic: place.topic, numPartitions: 4 });

      if (state === 'open')
        await expect(commitAll(writer, part, 40, [20], 20)).rejects.toMatchObject({
          code: expect.stringMatching(/^(LOST_PROGRESS|SINK)$/) as string,
        });
      await expect(reopen(place.sink(), part)).rejects.toBeInstanceOf(LostProgress);
      await writer.close();
    },
  );

  it('does not take an event that is too large: told before anything is sent, and those before it are there', async () => {
    const place = placeOn(broker.bootstrap);
    await makeTopic(admin, { topic: place.topic, numPartitions: 2, configEntries: [{ name: 'max.message.bytes', value: '1000' }] });
    const part = freshPart();
    const writer = await begin(place.sink(), part);
    // Small ones go in as many record batches as the limit asks for.
    await commitAll(writer, part, 50, [50]);
    const [large] = batchesOf(part, 51).slice(50).map(enlarged);

    expect(await refusal(writer.commit([large!], totalsOf([large!]), nothing))).toMatch(
      /^event nightly\/\S+\/intakes\/50\/0 has 1200 bytes, and the topic takes 1000 .* raise its max.message.bytes/,
    );
    await writer.close();
    expect(textOf(await place.records(part))).toBe(bytesOf(batchesOf(part, 50)));
  });

  it('would delete what is older than it keeps: refused, as a backfill would be gone at once', async () => {
    const place = placeOn(broker.bootstrap);
    await makeTopic(admin, { topic: place.topic, numPartitions: 1, configEntries: [{ name: 'retention.ms', value: '86400000' }] });
    const part = freshPart();
    const writer = await begin(place.sink(), part);

    expect(await refusal(commitAll(writer, part, 2, [2]))).toMatch(
      /keeps records for 1 days after their own time, and these are of 2026-01-01T.*retention\.ms to -1/,
    );
    await writer.close();
  });

  it('is away for a while: told within 3 s, tried again, and nothing is lost', async () => {
    const place = placeOn(broker.bootstrap);
    const part = freshPart();
    const writer = await begin(place.sink(), part);
    await commitAll(writer, part, 4, [2]);
    // Read once, so that the commit's markers are written: killed before that, a broker may forget those of a topic as new as this one when it comes back.
    expect(textOf(await place.records(part))).toBe(bytesOf(batchesOf(part, 4)));
    await broker.kill();
    const began = Date.now();

    await expect(commitAll(writer, part, 6, [2], 4)).rejects.toMatchObject({ code: 'SINK', canRetry: true });
    await expect(reopen(place.sink(), part)).rejects.toMatchObject({
      canRetry: true,
      message: expect.stringMatching(/^no Kafka broker answers at 127\.0\.0\.1:\d+: .*ECONNREFUSED/) as string,
    });
    expect(Date.now() - began).toBeLessThan(6000);
    await broker.restart();

    const { next, writer: later } = await eventually(() => reopen(place.sink(), part));
    expect(next).toBe(4);
    await commitAll(later, part, 6, [2], 4);
    await Promise.all([writer.close(), later.close()]);
    expect(textOf(await place.records(part))).toBe(bytesOf(batchesOf(part, 6)));
  });
});

/** One event of 1200 bytes. */
function enlarged(batch: Batch): Batch {
  const line = `{"text":"${'x'.repeat(1189)}"}\n`;
  return {
    ...batch,
    count: 1,
    bytes: Buffer.from(line),
    ends: Uint32Array.of(line.length),
    keys: Buffer.from('k'),
    keyEnds: Uint32Array.of(1),
  };
}

describeKafka('a broker that asks who comes', () => {
  let bootstrap = '';
  beforeAll(async () => {
    const login =
      'org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="open" user_admin="open" user_ada="sesame";';
    ({ bootstrap } = await startKafka({
      properties: {
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_PLAINTEXT',
        'sasl.enabled.mechanisms': 'PLAIN',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'listener.name.plaintext.plain.sasl.jaas.config': login,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:admin;User:ANONYMOUS',
      },
    }));
  }, 180_000);

  const as = (user: string, password: string) =>
    placeOn(bootstrap, undefined, { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: password });

  it('lets in who has the right password', async () => {
    const place = as('admin', 'open');
    const part = freshPart();
    const writer = await begin(place.sink(), part);
    await commitAll(writer, part, 4, [4]);
    await writer.close();

    expect(textOf(await place.records(part))).toBe(bytesOf(batchesOf(part, 4)));
  });

  it('refuses a wrong password, of which nothing is said', async () => {
    const said = await refusal(begin(as('admin', 'hunter2').sink(), freshPart()));

    expect(said).toMatch(/^the brokers refuse the login: look at KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/);
    expect(said).not.toContain('hunter2');
  });

  it('refuses who may not write', async () => {
    expect(await refusal(begin(as('ada', 'sesame').sink(), freshPart()))).toMatch(
      /^not allowed to write to topic orders-\w+: grant Describe, Write/,
    );
  });
});
