/** Every specification in examples/ as a job on a real stack, all of them side by side: it runs to its end, and what it has written is right. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../src/config/package-root';
import { verifyRunFolder } from '../src/verify/run-folder';
import { atEnd } from './support/cleanup';
import { describeKafka, startKafka } from './support/kafka';
import { startTestStack, type TestStack } from './support/stack';
import { until } from './support/until';

jest.setTimeout(180_000);

const FOLDER = join(packageRoot(), 'examples');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
/** It goes on until it is stopped. */
const ENDLESS = 'past-then-live.yaml';
/** What it writes is with the receiver, not here. */
const SENT = 'webhook.yaml';

interface Job {
  id: string;
  state: string;
  totals: { emitted: number };
  expect: { rule: string; ok: boolean }[];
}

/** Answers 200 to whatever comes, and remembers the keys. */
async function receiver(keys: Set<string>): Promise<number> {
  const server = createServer((request, response) => {
    keys.add(String(request.headers['idempotency-key']));
    request.resume().once('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return (server.address() as AddressInfo).port;
}

describeKafka('the examples', () => {
  const keys = new Set<string>();
  let env: { KAFKA_BOOTSTRAP: string };
  let stack: TestStack;
  let ids: Record<string, string>;

  beforeAll(async () => {
    const [broker, port] = await Promise.all([startKafka(), receiver(keys)]);
    env = { KAFKA_BOOTSTRAP: broker.bootstrap };
    stack = await startTestStack(env);
    await Promise.all([stack.worker(), stack.facade()]);
    ids = Object.fromEntries(await Promise.all(FILES.map(async (name) => [name, await start(name, port)] as const)));
  });

  /** As `curl --data-binary @FILE` would, but for the receiver's port. */
  async function start(name: string, port: number): Promise<string> {
    const body = readFileSync(join(FOLDER, name), 'utf8').replace('127.0.0.1:9090', `127.0.0.1:${String(port)}`);
    const response = await fetch(`${stack.base}/jobs`, { method: 'POST', headers: { 'content-type': 'application/yaml' }, body });
    const job = (await response.json()) as Job;
    expect({ name, status: response.status, job }).toMatchObject({ status: 201 });
    return job.id;
  }

  const jobOf = async (name: string) => (await stack.call('GET', `/jobs/${ids[name] ?? ''}`)).body as unknown as Job;

  it.each(FILES)('%s does what it says', async (name) => {
    if (name === ENDLESS) {
      await until(async () => (await jobOf(name)).totals.emitted > 1_000, 60_000);
      await stack.call('POST', `/jobs/${ids[name] ?? ''}/stop`);
    }

    await until(async () => ['completed', 'stopped'].includes((await jobOf(name)).state), 90_000);

    const { totals, expect: gates } = await jobOf(name);
    expect(totals.emitted).toBeGreaterThan(0);
    expect(gates.filter(({ ok }) => !ok)).toEqual([]);
    if (name === SENT) expect(keys.size).toBe(totals.emitted);
    else expect((await verifyRunFolder(await stack.runFolder(ids[name] ?? ''), env)).problems).toEqual([]);
  });
});
