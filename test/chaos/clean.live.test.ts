/** Clean through real processes: killed in the middle it goes on, and deletes what it said it would. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCleanReport } from '../../src/spec/clean-report';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(90_000);

let stack: TestStack;
let worker: TestProcess;

beforeAll(async () => {
  stack = await startTestStack();
  [worker] = await Promise.all([stack.worker(), stack.facade()]);
});

const job = async (id: string) => (await stack.call('GET', `/jobs/${id}`)).body;
const stateIs = (id: string, state: string) => until(async () => (await job(id))['state'] === state, 60_000);
const clean = (id: string) => stack.call('POST', `/jobs/${id}/clean`);

test('a paused job whose worker is killed in the middle of a clean is cleaned by the next one, and what is not ours stays', async () => {
  const start = new Date(Date.now() - 200_000).toISOString();
  await stack.call('POST', '/jobs', {
    id: 'fleet',
    seed: 42,
    scenario: 'crisis',
    sink: 'folders',
    load: { pace: { every: 'PT1S', batch_size: 2 }, start },
  });
  const events = join(stack.dataDir, 'raw/events');
  const batches = () => readdir(events).catch(() => []);
  await until(async () => (await batches()).length > 150, 60_000);

  expect((await clean('fleet')).status).toBe(409);
  await stack.call('POST', '/jobs/fleet/pause');
  await until(async () => (await job('fleet'))['settling'] === false && (await job('fleet'))['state'] === 'paused', 60_000);
  const made = (await batches()).length;
  await mkdir(join(events, 'mine'));

  const cleaning = clean('fleet');
  await until(async () => (await readCleanReport(await stack.runFolder('fleet'))) !== null, 60_000);
  await worker.kill();
  expect((await cleaning).status).toBe(202);
  worker = await stack.worker();
  await stateIs('fleet', 'cleaned');

  expect(await batches()).toEqual(['mine']);
  const report = await readCleanReport(await stack.runFolder('fleet'));
  expect(report?.deleted_items.filter((path) => path.startsWith('raw/events/'))).toHaveLength(made);
  expect(report).toMatchObject({ done: true, skipped_items: ['raw/events/mine'], errors: [] });
  expect(await clean('fleet')).toMatchObject({ status: 202, body: { state: 'cleaned' } });
});

test('a job that has ended is cleaned, too, and is said to be from then on', async () => {
  await stack.call('POST', '/jobs', { id: 'short', seed: 1, scenario: 'crisis', sink: 'disk', load: { pace: { rate: 100 }, events: 50 } });
  await stateIs('short', 'completed');
  const folder = await stack.runFolder('short');
  await writeFile(join(folder, 'intakes/notes.txt'), 'mine');

  expect((await clean('short')).status).toBe(202);
  await stateIs('short', 'cleaned');

  expect(await readdir(join(folder, 'intakes'))).toEqual(['notes.txt']);
  // Temporal's list trails the truth by a moment.
  const listed = async (query: string) => (await stack.call('GET', `/jobs?${query}`)).body['jobs'] as { id: string; state: string }[];
  const rows = (jobs: { id: string; state: string }[]) => jobs.filter(({ id }) => id === 'short').map(({ state }) => state);
  await until(async () => rows(await listed('state=cleaned')).length === 1);
  expect(rows(await listed('scenario=crisis'))).toEqual(['cleaned']);
  expect(rows(await listed('state=completed'))).toEqual([]);
  await rm(join(folder, 'intakes/notes.txt'));
  expect(await clean('short')).toMatchObject({ status: 202, body: { state: 'cleaned' } });
});
