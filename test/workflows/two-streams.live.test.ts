/** One cut for the whole job: streams that refer to each other stay consistent through pauses, skips, changes of pace and several shards. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { realClock } from '../../activities/clock';
import type * as Registry from '../../src/registry';
import type * as Scenarios from '../../src/scenarios';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import type { Status } from '../../workflows/messages';
import { schedulesOf } from '../../workflows/schedule';
import type * as Orders from '../support/orders';
import { dueBy } from '../support/orders';
import { startDevServer } from '../support/temporal';
import { rig, type Rig } from './rig';
import { verifyRun } from './verify-run';

jest.setTimeout(120_000);
// The registry with one scenario more: nothing is replaced.
jest.mock('../../src/scenarios', () => {
  const { createRegistry } = jest.requireActual<typeof Registry>('../../src/registry');
  const { scenarios } = jest.requireActual<typeof Scenarios>('../../src/scenarios');
  const { orders } = jest.requireActual<typeof Orders>('../support/orders');
  return { scenarios: createRegistry('scenario', [...scenarios.plugins, orders]) };
});

let jobs: Rig;
beforeAll(async () => {
  const server = await startDevServer();
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  const connection = connectClient(temporalSettings({ TEMPORAL_NAMESPACE: server.namespace }, server.address));
  jobs = await rig({ client: new Client({ connection }), nativeConnection }, realClock);
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function eventsOf({ plan }: Status, stream: string): Promise<Record<string, number>[]> {
  const folder = join(jobs.dataDir, 'jobs', plan.job, plan.run ?? '', stream);
  const files = (await readdir(folder)).sort();
  const lines = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, number>);
}

test.each([
  ['hold', 1],
  ['skip', 1],
  ['catch_up', 1],
  ['hold', 4],
  ['skip', 3],
] as const)('with on_pause %s and %p shards every order knows exactly the customers that were due by then', async (policy, shards) => {
  const handle = await jobs.start({
    scenario: 'orders',
    sink: 'disk',
    seed: 7,
    shards,
    load: { pace: { rate: 37 }, for: '6s', on_pause: policy },
  });
  await pause(1500);
  await handle.signal('pause');
  await pause(900);
  await handle.signal('resume');
  await pause(900);
  await handle.executeUpdate('set_pace', { args: [{ rate: 61.5 }] });
  await pause(600);
  await handle.signal('pause');
  await pause(700);
  await handle.signal('resume');

  const done = await handle.result();

  expect(await verifyRun(jobs.dataDir, done)).toMatchObject({ ok: true, problems: [] });
  const [customers] = schedulesOf(done.plan as Parameters<typeof schedulesOf>[0], done.timeline);
  const orders = await eventsOf(done, 'orders');
  const made = await eventsOf(done, 'customers');
  expect(orders.length).toBeGreaterThan(60);
  for (const { customers: known = 0, at_us: at = 0 } of orders) {
    expect(known).toBeLessThanOrEqual(made.length);
    expect(known).toBeLessThanOrEqual(dueBy(customers!, at + 100_000));
  }
  const byNumber = orders.sort((a, b) => (a['order'] ?? 0) - (b['order'] ?? 0));
  expect(byNumber.map(({ order }) => order)).toEqual(byNumber.map((_, i) => i));
  // What is known of customers never shrinks from one order to the next, in spite of every shift.
  byNumber.reduce((before, { customers: known = 0 }) => {
    expect(known).toBeGreaterThanOrEqual(before);
    return known;
  }, 0);
});
