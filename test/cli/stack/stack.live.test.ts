import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvironment } from '../../../src/config/env';
import { lookForStack } from '../../../src/cli/stack/find';
import { readRecord } from '../../../src/cli/stack/record';
import { startStack, type Stack, type StackOptions } from '../../../src/cli/stack/stack';
import { isAlive, pidOf } from '../../../src/temporal/processes';
import { describeKafka } from '../../support/kafka';
import { until } from '../../support/until';

jest.setTimeout(60_000);

const entries = { worker: join(__dirname, '../../support/stub-worker.js'), facade: join(__dirname, '../../support/stub-facade.js') };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function dataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evergen-stack-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const ANY = { EVERGEN_PORT: '0', CRISIS_PORT: '0', FLEET_PORT: 'off', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: 'off' };

function optionsFor(folder: string, more: Record<string, string> = {}): StackOptions {
  const variables = { ...process.env, ...ANY, DATA_DIR: folder, ...more };
  return { environment: parseEnvironment(variables, folder), variables, folder, entries };
}

async function start(options: StackOptions): Promise<Stack> {
  const stack = await startStack(options);
  closing.push(() => stack.stop());
  return stack;
}

describeKafka('with --kafka', () => {
  test('the broker belongs to the stack: its address is recorded and given to the parts, a killed one comes back there, and it ends with the stack', async () => {
    const folder = await dataDir();
    const options = optionsFor(folder, { KAFKA_PORT: '0' });
    const stack = await start({ ...options, kafka: true });
    const [address, before] = [stack.record.kafka, part(stack, 'kafka')];

    process.kill(pidOf(before), 'SIGKILL');
    await until(async () => part(stack, 'kafka') !== before && isAlive(part(stack, 'kafka')), 30_000);

    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(lookForStack(options.environment)?.kafka).toBe(address);
    expect(await (await fetch(`${stack.record.addresses['api'] ?? ''}/kafka`)).text()).toBe(address);
    const broker = part(stack, 'kafka');
    await stack.stop();
    expect(isAlive(broker)).toBe(false);
  });

  test('KAFKA_BOOTSTRAP wins: no broker is started', async () => {
    const folder = await dataDir();
    const { record } = await start({ ...optionsFor(folder, { KAFKA_BOOTSTRAP: '127.0.0.1:9' }), kafka: true });

    expect(record.kafka).toBeNull();
    expect(Object.keys(record.parts)).not.toContain('kafka');
  });
});

const part = ({ record }: Stack, name: string): string => record.parts[name] ?? '';

test('a stack is found by its record, with the addresses that were really taken for ports 0', async () => {
  const folder = await dataDir();
  const { record } = await start(optionsFor(folder));

  const found = lookForStack(parseEnvironment({ DATA_DIR: folder }, folder));

  expect(found?.temporal.address).toBe(record.temporal?.address);
  expect(await (await fetch(found?.addresses['crisis'] ?? '')).text()).toBe(record.temporal?.address);
  expect(Object.keys(record.parts).sort()).toEqual(['facade', 'temporal', 'worker']);
});

test.each(['worker', 'facade', 'temporal'])('a killed %s is started again at the same addresses', async (name) => {
  const folder = await dataDir();
  const stack = await start(optionsFor(folder));
  const before = { identity: part(stack, name), ...structuredClone(stack.record) };

  process.kill(pidOf(before.identity), 'SIGKILL');

  await until(async () => part(stack, name) !== before.identity && isAlive(part(stack, name)));
  await until(async () => (await fetch(before.addresses['api'] ?? '')).ok);
  expect(readRecord(folder)).toMatchObject({ temporal: before.temporal, addresses: before.addresses });
});

test('parts end in the order facade, worker, so that nobody calls what is gone, and nothing is left', async () => {
  const folder = await dataDir();
  const stack = await start(optionsFor(folder));
  const parts = Object.values(stack.record.parts);

  await stack.stop();

  expect(await readFile(join(folder, 'order.txt'), 'utf8')).toBe('facade\nworker\n');
  expect(parts.filter(isAlive)).toEqual([]);
  expect(readRecord(folder)).toBeNull();
});

test('taken ports are named with variable and way out, all at once, before anything is started', async () => {
  const folder = await dataDir();
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  closing.push(() => new Promise((resolve) => other.close(resolve)));
  const address = other.address();
  const port = String(typeof address === 'object' ? address?.port : '');

  const attempt = startStack(optionsFor(folder, { CRISIS_PORT: port }));

  await expect(attempt).rejects.toThrow(
    `CRISIS_PORT: port ${port} is taken by another program; set CRISIS_PORT to another port, to 0 (a free one) or to off`,
  );
  expect(readRecord(folder)).toBeNull();
});

test('a second stack on the same DATA_DIR is refused and leaves the first alone', async () => {
  const folder = await dataDir();
  const first = await start(optionsFor(folder));

  await expect(startStack(optionsFor(folder))).rejects.toThrow(`is in use by another evergen (process ${process.pid})`);

  expect(Object.values(first.record.parts).every(isAlive)).toBe(true);
  expect(readRecord(folder)).toMatchObject({ ready: true });
});

test('a part that cannot start ends the others and gives its reason', async () => {
  const folder = await dataDir();
  const broken = { ...entries, worker: join(folder, 'absent.js') };
  const seen: string[] = [];

  const attempt = startStack({ ...optionsFor(folder), entries: broken, onLine: ({ message }) => seen.push(message) });

  await expect(attempt).rejects.toThrow(/absent\.js/);
  expect(readRecord(folder)).toBeNull();
  expect(seen.some((line) => line.includes('worker did not start'))).toBe(true);
});
