/** The whole path, facade → Temporal → Kafka, under kills of worker, server and broker; and stacks that share a broker. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kafka, siteOf } from '../../src/sinks/kafka';
import { readTopic } from '../../src/sinks/kafka/read';
import { manifest } from '../../src/spec/manifest';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { describeKafka, startKafka, type TestBroker } from '../support/kafka';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(180_000);

const RATE = 50;
const SECONDS = 16;

describeKafka('jobs that write to Kafka', () => {
  let broker: TestBroker;
  let stack: TestStack;
  let worker: TestProcess;
  let env: { KAFKA_BOOTSTRAP: string };

  beforeAll(async () => {
    broker = await startKafka();
    env = { KAFKA_BOOTSTRAP: broker.bootstrap };
    stack = await startTestStack(env);
    [worker] = await Promise.all([stack.worker(), stack.facade()]);
  });

  const start = (on: TestStack, id: string, topic: string, load: Record<string, unknown>) =>
    until(async () => {
      const spec = { id, seed: 42, scenario: 'crisis', sink: { name: 'kafka', topic }, load: { pace: { rate: RATE }, ...load } };
      return (await on.call('POST', '/jobs', spec)).status === 201;
    });

  const completed = async (on: TestStack, id: string) => {
    await until(async () => (await on.call('GET', `/jobs/${id}`)).body['state'] === 'completed', 90_000);
    const file = join(await on.runFolder(id), 'manifest.json');
    await until(async () => manifest.parse(JSON.parse(await readFile(file, 'utf8'))).state === 'completed');
  };
  const verified = async (on: TestStack, id: string) => verifyRunFolder(await on.runFolder(id), env);

  /** Key and value of every record, in order, by partition. */
  async function contentOf(topic: string): Promise<string[][]> {
    const reader = await readTopic(siteOf(kafka.options.parse({ topic }), { dataDir: '/nonexistent', env }), topic);
    const content: string[][] = [];
    for (let partition = 0; partition < reader.partitions; partition++) {
      content[partition] = [];
      for await (const records of reader.read(partition))
        content[partition]?.push(...records.map(({ key, value, timeMs, due }) => [key, value, timeMs, due].join(' ')));
    }
    reader.close();
    return content;
  }

  it('kill -9 of the worker, of Temporal and of the broker: readers see the stream that an undisturbed run makes', async () => {
    const load = { for: `${String(SECONDS)}s`, start: new Date(Date.now() + 1000).toISOString() };
    await start(stack, 'disturbed', 'disturbed', load);
    await sleep(3000);
    await worker.kill();
    worker = await stack.worker();
    await sleep(1500);
    await broker.kill();
    await broker.restart();
    await sleep(1500);
    await stack.server.kill();
    await stack.server.restart();
    await sleep(500);
    await Promise.all([worker.kill(), broker.kill()]);
    [worker] = await Promise.all([stack.worker(), broker.restart()]);
    await completed(stack, 'disturbed');
    await start(stack, 'undisturbed', 'undisturbed', load);
    await completed(stack, 'undisturbed');

    expect(await verified(stack, 'disturbed')).toMatchObject({ ok: true, problems: [], events: RATE * SECONDS });
    expect(await verified(stack, 'undisturbed')).toMatchObject({ ok: true, problems: [], events: RATE * SECONDS });
    const [one, other] = [await contentOf('disturbed'), await contentOf('undisturbed')];
    expect(one.flat()).toHaveLength(RATE * SECONDS);
    expect(one).toEqual(other);
  });

  it('two stacks with the same job id on one broker and topic leave each other alone, and so do two runs of one of them', async () => {
    const neighbour = await startTestStack(env);
    await Promise.all([neighbour.worker(), neighbour.facade()]);
    const load = { events: 200 };
    await Promise.all([start(stack, 'same', 'same', load), start(neighbour, 'same', 'same', load)]);
    await Promise.all([completed(stack, 'same'), completed(neighbour, 'same')]);
    const first = await stack.runFolder('same');
    await start(stack, 'same', 'same', load);
    await until(async () => (await stack.runFolder('same')) !== first);
    await completed(stack, 'same');

    const reports = [await verifyRunFolder(first, env), await verified(stack, 'same'), await verified(neighbour, 'same')];

    for (const report of reports) expect(report).toMatchObject({ ok: true, problems: [], events: 200 });
    expect(new Set(reports.map(({ run }) => run)).size).toBe(3);
    expect((await contentOf('same')).flat()).toHaveLength(600);
  });
});
