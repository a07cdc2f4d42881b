/** Crisis intakes by way of their own port into Kafka, and brokers that are away for a while: `KAFKA_AWAY_SECONDS=60` for a full minute. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { kafka, siteOf } from '../../src/sinks/kafka';
import { readTopic, type TopicRecord } from '../../src/sinks/kafka/read';
import { manifest } from '../../src/spec/manifest';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { describeKafka, startKafka, type TestBroker } from '../support/kafka';
import { startTestStack, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(240_000);

const AWAY_MS = Number(process.env['KAFKA_AWAY_SECONDS'] ?? '3') * 1000;
const [MINUTES, RATE] = [Number(process.env['CRISIS_MINUTES'] ?? '0.05'), 20];
const TOPIC = 'dhcs_crisis_intake';

describeKafka('a stack with KAFKA_BOOTSTRAP and TOPIC', () => {
  let broker: TestBroker;
  let stack: TestStack;
  let env: Record<string, string>;

  beforeAll(async () => {
    broker = await startKafka();
    env = { KAFKA_BOOTSTRAP: broker.bootstrap, TOPIC };
    stack = await startTestStack(env);
    await Promise.all([stack.worker(), stack.facade()]);
  }, 180_000);

  const ended = async (job: string) => {
    await until(async () => (await stack.call('GET', `/jobs/${job}`)).body['state'] === 'completed', 120_000);
    const file = join(await stack.runFolder(job), 'manifest.json');
    await until(async () => manifest.parse(JSON.parse(await readFile(file, 'utf8'))).state === 'completed');
  };

  it('writes the intakes of POST /generate on the crisis port, keyed by event_id, and verify agrees', async () => {
    const events = MINUTES * 60 * RATE;
    let answer: unknown;
    await until(async () => {
      const response = await fetch(`${stack.crisis}/generate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ duration_minutes: MINUTES, rate_per_second: RATE }),
      });
      answer = await response.json();
      return response.status === 200;
    });
    expect(answer).toMatchObject({ status: 'started', estimated_events: events });
    await ended('crisis-intake');

    const records = await recordsOf(TOPIC);
    expect(records).toHaveLength(events);
    for (const { key, value, timeMs, id } of records) {
      const event = JSON.parse(value?.toString() ?? '') as Record<string, unknown>;
      expect({ key: key?.toString(), timeMs }).toEqual({ key: event['event_id'], timeMs: event['event_time_ms'] });
      expect(id).toMatch(/^crisis-intake\//);
    }
    expect(await (await fetch(`${stack.crisis}/status`)).json()).toMatchObject({ is_running: false, events_generated: events });
    const verify = ['verify', 'crisis-intake', '--json'];
    const { stdout } = await promisify(execFile)(join(packageRoot(), 'evergen'), verify, {
      env: { ...process.env, ...env, DATA_DIR: stack.dataDir, TEMPORAL_ADDRESS: stack.server.address },
    });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, problems: [], events });
  });

  it('shows what it is waiting for while the brokers are away, then goes on: nothing is lost, nothing comes twice', async () => {
    const seconds = AWAY_MS / 1000 + 4;
    const sink = { name: 'kafka', topic: 'away' };
    const load = { pace: { rate: RATE }, for: `${String(seconds)}s` };
    const spec = { id: 'away', seed: 42, scenario: 'crisis', sink, load };
    expect((await stack.call('POST', '/jobs', spec)).status).toBe(201);
    await until(async () => emittedOf(await stack.call('GET', '/jobs/away')) > 0);

    await broker.kill();
    await until(async () => /Kafka/.test(String((await stack.call('GET', '/jobs/away')).body['last_error'])), 30_000);
    await sleep(AWAY_MS);
    const { body } = await stack.call('GET', '/jobs/away');
    expect(body).toMatchObject({ state: 'running', last_error: expect.stringMatching(/^no Kafka broker answers at 127\.0\.0\.1:\d+/) });
    await broker.restart();

    await ended('away');
    expect((await stack.call('GET', '/jobs/away')).body['last_error']).toBeNull();
    expect(await recordsOf('away')).toHaveLength(RATE * seconds);
    expect(await verifyRunFolder(await stack.runFolder('away'), env)).toMatchObject({ ok: true, problems: [], events: RATE * seconds });
  });

  async function recordsOf(topic: string): Promise<TopicRecord[]> {
    const reader = await readTopic(siteOf(kafka.options.parse({ topic }), { dataDir: '/nonexistent', env }), topic);
    try {
      const all: TopicRecord[] = [];
      for (let partition = 0; partition < reader.partitions; partition++)
        for await (const records of reader.read(partition)) all.push(...records);
      return all;
    } finally {
      reader.close();
    }
  }
});

const emittedOf = ({ body }: { body: Record<string, unknown> }): number =>
  Number((body['totals'] as { emitted?: number } | undefined)?.emitted);
