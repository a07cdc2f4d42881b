/** `verify` of what is in Kafka: a real broker, the sink's own writer, and somebody who tampers with the topic. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { Group } from '../../activities/groups';
import { createSink } from '../../src/sinks';
import { SinkError } from '../../src/sinks/sink';
import { generationOf, make } from '../../src/spec/generation';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { partitionOf } from '../../src/sinks/kafka/murmur2';
import { placeOf } from '../../src/sinks/kafka/place';
import type { Manifest } from '../../src/spec/manifest';
import { verifyTopics } from '../../src/verify/topics';
import type { FixedPlan } from '../../workflows/messages';
import { afterBatch, noTotals } from '../../workflows/ledger';
import { namePlan } from '../../workflows/naming';
import { begin, type Entry } from '../../workflows/schedule';
import { atEnd } from '../support/cleanup';
import { describeKafka, startKafka, type TestBroker } from '../support/kafka';

jest.setTimeout(60_000);

const NAMESPACE = '11111111-2222-4333-8444-555555555555';

interface Run {
  plan: FixedPlan;
  timeline: Entry[];
  topic: string;
}

function runOf(job: string, run: string, topic: string, shards = 1): Run {
  const load = { pace: { rate: 1000 }, events: 2000, start: '2026-01-01T00:00:00Z' };
  const spec = parseJobSpec({ seed: 7, scenario: 'crisis', shards, sink: { name: 'kafka', topic }, load });
  const plan = namePlan(planOf(spec, { job, run, version: 'test' }), { startTime: new Date(0) });
  const startUs = plan.startUs ?? 0;
  return { plan: { ...plan, startUs }, timeline: begin(plan.streams, startUs), topic };
}

describeKafka('verify of a run in Kafka', () => {
  let broker: TestBroker;
  let admin: Admin;
  let producer: Producer;
  const deps = () => ({ dataDir: '/nonexistent', env: { KAFKA_BOOTSTRAP: broker.bootstrap } });

  beforeAll(async () => {
    broker = await startKafka();
    const kafka = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING });
    [admin, producer] = [kafka.admin(), kafka.producer()];
    await Promise.all([admin.connect(), producer.connect()]);
    atEnd(() => Promise.all([admin.disconnect(), producer.disconnect()]));
  });

  /** Writes batches before `until`, three a commit. */
  async function write(run: Run, until: number): Promise<void> {
    for (let shard = 0; shard < run.plan.shards; shard++) {
      // A topic that has just been made may have leaders that do not know it yet: Temporal would try again, too.
      for (let attempt = 1; !(await writePart(run, shard, until).catch(passing)); attempt++) if (attempt === 20) throw new Error('no luck');
    }
  }

  const passing = (error: unknown) => {
    if (error instanceof SinkError && error.canRetry) return sleep(50, false);
    throw error;
  };

  async function writePart({ plan, timeline }: Run, shard: number, until: number): Promise<boolean> {
    const sink = createSink(parseJobSpec(plan.spec).sink, { ...deps(), namespace: NAMESPACE });
    const generation = generationOf(plan, timeline);
    const part = { job: plan.job, run: plan.run, stream: plan.streams[0]!.name, shard, shards: plan.shards };
    const writer = sink.open({ part, generation: 1, create: true, known: { next: shard, totals: noTotals() } });
    try {
      let { next: b, totals } = await writer.committed();
      while (b < until) {
        const group = new Group();
        for (let n = 0; n < 3 && b < until; n++, b += plan.shards) await group.add(generation, 0, b);
        for (const { count, corrupted, bytes } of group.batches)
          totals = afterBatch(totals, { emitted: count, corrupted, bytes: bytes.length });
        await writer.commit(group.batches, totals, new AbortController().signal);
      }
      return true;
    } finally {
      await writer.close();
    }
  }

  async function deleteRecords(topic: string, partition: number, offset: string): Promise<void> {
    // Loads the topic's metadata, without which kafkajs refuses.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] });
  }

  const check = ({ plan, timeline }: Run, state: string, streams: Manifest['streams'] = []) =>
    verifyTopics({ plan, timeline, state, home: `kafka - ${NAMESPACE}`, streams }, deps());

  /** A record as the sink writes it, with changes. */
  function recordOf({ plan, timeline }: Run, b: number, i: number, changes: { value?: string; timestamp?: string; due?: string } = {}) {
    const { bytes, ends, keys, keyEnds, timesMs, dueUs } = make(generationOf(plan, timeline), 0, b, new BatchBuffer());
    const at = (of: Uint32Array) => (i === 0 ? 0 : of[i - 1]!);
    const key = Buffer.from(keys.subarray(at(keyEnds), keyEnds[i]));
    return {
      key,
      value: changes.value ?? Buffer.from(bytes.subarray(at(ends), ends[i]! - 1)).toString(),
      partition: partitionOf(key, 0, key.length, 4),
      timestamp: changes.timestamp ?? String(timesMs[i]),
      headers: {
        'evergen-id': `${plan.job}/${plan.run}/${plan.streams[0]!.name}/${String(b)}/${String(i)}`,
        'evergen-due': changes.due ?? new Date(dueUs / 1000).toISOString(),
      },
    };
  }

  const send = (topic: string, record: ReturnType<typeof recordOf>) => producer.send({ topic, messages: [record] });

  it('two runs and two jobs in one topic are each verified alone, with one shard and with three; of a run that goes on, what is committed', async () => {
    const topic = 'shared';
    const [first, second, other] = [runOf('one', 'a', topic), runOf('one', 'b', topic, 3), runOf('other', 'a', topic)];
    await write(first, 20);
    await write(second, 20);
    await write(other, 11);

    expect(await check(first, 'completed')).toMatchObject({ ok: true, events: 2000, problems: [] });
    expect(await check(second, 'completed')).toMatchObject({ ok: true, events: 2000, parts: [{ shard: 0 }, { shard: 1 }, { shard: 2 }] });
    expect(await check(other, 'running')).toMatchObject({ ok: true, events: 1100, parts: [{ batches: 11 }] });
    expect((await check(other, 'completed')).problems).toEqual(['stream intakes: batches from 11 on are missing: the schedule has 20']);
  });

  it('a record that is there twice, one that belongs elsewhere and one beyond what is committed are found, with their place', async () => {
    const run = runOf('excess', 'a', 'excess');
    await write(run, 10);
    await send(run.topic, recordOf(run, 4, 2));
    const repeated = await check(run, 'stopped');
    await send(run.topic, { ...recordOf(run, 5, 0), partition: (recordOf(run, 5, 0).partition + 1) % 4 });
    await send(run.topic, recordOf(run, 12, 0));
    const beyond = await check(run, 'stopped');

    expect(repeated.problems).toEqual([
      expect.stringMatching(
        /^stream intakes: batch 4, event 2 is there again, or after later ones \(topic excess, partition \d, offset \d+\)\. In all: 0 missing, 1 there/,
      ),
    ]);
    expect(beyond.problems.join('\n')).toMatch(/batch 5, event 0 has no business there|1 differing/);
    expect(beyond.problems.join('\n')).toMatch(/holds batch 12, but only those before batch 10 are recorded as committed/);
  });

  it('a run whose progress the brokers have forgotten is compared with what its manifest says, and the report says so', async () => {
    const run = runOf('forgotten', 'a', 'forgotten');
    await write(run, 20);
    const known = await check(run, 'completed');
    const { group } = placeOf(run.topic, NAMESPACE, { job: 'forgotten', run: 'a', stream: 'intakes', shard: 0, shards: 1 });
    await admin.deleteGroups([group]);
    const { events, bytes } = known;
    const said = (next_batch: number) => [{ stream: 'intakes', shard: 0, next_batch, batches: next_batch, events, bytes, corrupted: 0 }];

    expect(known).toMatchObject({ ok: true, events: 2000, notes: [] });
    expect(await check(run, 'completed', said(20))).toEqual({ ...known, notes: [expect.stringMatching(/^the brokers have forgotten/)] });
    expect((await check(run, 'stopped', said(19))).problems.join()).toMatch(/holds batch 19, but only those before batch 19 are recorded/);
    expect((await check(run, 'running', said(20))).problems).toEqual(['stream intakes: nothing was ever begun here, or it was cleaned']);
    await deleteRecords(run.topic, 1, '3');
    expect((await check(run, 'completed', said(20))).problems.join()).toMatch(/In all: 3 missing/);
  });

  it('records that are gone are counted, and the first is named', async () => {
    const run = runOf('gone', 'a', 'gone');
    await write(run, 10);
    await deleteRecords(run.topic, 2, '40');

    const { ok, problems } = await check(run, 'stopped');

    expect(ok).toBe(false);
    expect(problems).toEqual([
      expect.stringMatching(
        /batch 0, event \d+ is missing before batch \d+, event \d+ .*: (?:3\d|40) missing, 0 there more than once or out of order, 0 differing/,
      ),
    ]);
  });

  it.each([
    ['value', { value: '{"forged":true}' }, /its value differs at byte 2: expected \{"event_id.*found \{"forged/],
    ['timestamp', { timestamp: '1' }, /its timestamp is 1, not 17672256/],
    ['due instant', { due: '2020-01-01T00:00:00.000Z' }, /its header evergen-due is 2020-01-01T00:00:00.000Z, not 2026/],
  ])('another %s is found', async (name, changes, said) => {
    const run = runOf('forged', name.replace(' ', '-'), `forged-${name.replace(' ', '-')}`);
    await write(run, 1);
    const first = recordOf(run, 0, 0);
    const mine = [...Array(100).keys()].map((i) => recordOf(run, 0, i)).filter(({ partition }) => partition === first.partition);
    // The partition is emptied and filled again, its first record with a change.
    await deleteRecords(run.topic, first.partition, '-1');
    await send(run.topic, { ...recordOf(run, 0, 0, changes) });
    for (const record of mine.slice(1)) await send(run.topic, record);

    const { problems } = await check(run, 'running');

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(said);
  });

  it('an aborted transaction is not data', async () => {
    const run = runOf('aborted', 'a', 'aborted');
    await write(run, 3);
    const kafka = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING });
    const [one, two] = [
      kafka.producer({ transactionalId: 'x', maxInFlightRequests: 1, idempotent: true }),
      kafka.producer({ transactionalId: 'y', maxInFlightRequests: 1, idempotent: true }),
    ];
    atEnd(() => Promise.all([one.disconnect(), two.disconnect()]));
    await Promise.all([one.connect(), two.connect()]);
    // Two that overlap, the later one ending first: readers are told of them in that order.
    const [outer, inner] = [await one.transaction(), await two.transaction()];
    await outer.send({ topic: run.topic, messages: [recordOf(run, 0, 0)] });
    await inner.send({ topic: run.topic, messages: [recordOf(run, 0, 0)] });
    await inner.abort();
    await outer.send({ topic: run.topic, messages: [recordOf(run, 0, 0)] });
    await outer.abort();

    expect(await check(run, 'stopped')).toMatchObject({ ok: true, problems: [] });
  });

  it('a run of which nothing is there, and brokers that are away, are said in a sentence', async () => {
    await write(runOf('somebody', 'a', 'lonely'), 1);

    expect((await check(runOf('nobody', 'a', 'lonely'), 'running')).problems).toEqual([
      'stream intakes: nothing was ever begun here, or it was cleaned',
    ]);
    const away = { dataDir: '/nonexistent', env: { KAFKA_BOOTSTRAP: '127.0.0.1:9' } };
    const { plan, timeline } = runOf('away', 'a', 'lonely');
    await expect(verifyTopics({ plan, timeline, state: 'running', home: `kafka - ${NAMESPACE}` }, away)).rejects.toThrow(
      /^the topics cannot be read: no Kafka broker answers at 127\.0\.0\.1:9/,
    );
  });
});
