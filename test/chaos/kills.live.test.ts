/** Kill anything at any time: the output is byte for byte what it would have been. Real processes, real kill -9. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LEDGER } from '../../src/spec/generation';
import { manifest, type Manifest } from '../../src/spec/manifest';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(180_000);

const RATE = 50;
let stack: TestStack;
let worker: TestProcess;
let facade: TestProcess;

beforeAll(async () => {
  stack = await startTestStack();
  [worker, facade] = await Promise.all([stack.worker(), stack.facade()]);
});

const crisis = (id: string, load: Record<string, unknown> = {}) => ({
  id,
  seed: 42,
  scenario: 'crisis',
  sink: 'disk',
  load: { pace: { rate: RATE }, start: new Date(Date.now() + 1000).toISOString(), ...load },
});

const start = async (spec: ReturnType<typeof crisis>) => {
  await until(async () => (await stack.call('POST', '/jobs', spec)).status === 201);
  await until(async () => (await stack.committed(spec.id)).emitted > 0);
};
const post = (path: string) => until(async () => (await stack.call('POST', path)).status === 202, 60_000);
const stateIs = (id: string, state: string) => until(async () => (await stack.call('GET', `/jobs/${id}`)).body['state'] === state, 60_000);

/** Milliseconds until the job has committed more than it has now. */
async function msToNextBatch(id: string, since = Date.now()): Promise<number> {
  const before = (await stack.committed(id)).next;
  await until(async () => (await stack.committed(id)).next > before, 60_000);
  return Date.now() - since;
}

/** Stops the job, then holds the folder against what plan and timeline say, and answers the manifest. */
async function stopAndVerify(id: string): Promise<Manifest> {
  await post(`/jobs/${id}/stop`);
  await stateIs(id, 'stopped');
  return verified(id);
}

async function verified(id: string): Promise<Manifest> {
  const folder = await stack.runFolder(id);
  const read = async () => manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  await until(async () => ['stopped', 'completed'].includes((await read()).state));
  const written = await read();
  const report = await verifyRunFolder(folder);
  expect(report.problems).toEqual([]);
  expect(report.events).toBeGreaterThan(0);
  expect(written.events).toBe(report.events);
  return written;
}

test('kill -9 of the worker, the server and the facade, three times each and all together: the bytes are those of a run that nobody disturbed, corrupted ones and their ledger included', async () => {
  const spec = { ...crisis('kills'), quality: { corruption_rate: 0.3 } };
  await start(spec);
  const recovery: Record<string, number[]> = { worker: [], server: [] };
  for (let i = 0; i < 3; i++) {
    await worker.kill();
    worker = await stack.worker();
    recovery['worker']?.push(await msToNextBatch('kills'));
    await stack.server.kill();
    await stack.server.restart();
    recovery['server']?.push(await msToNextBatch('kills'));
    await facade.kill();
    expect(await msToNextBatch('kills')).toBeLessThan(1000);
    facade = await stack.facade();
  }
  await Promise.all([worker.kill(), facade.kill(), stack.server.kill()]);
  await stack.server.restart();
  [worker, facade] = await Promise.all([stack.worker(), stack.facade()]);
  recovery['worker']?.push(await msToNextBatch('kills'));

  const disturbed = await stopAndVerify('kills');

  process.stderr.write(`ms to the next batch after a kill: ${JSON.stringify(recovery)}\n`);
  expect(Math.max(...(recovery['worker'] ?? []))).toBeLessThan(5000);
  expect(Math.max(...(recovery['server'] ?? []))).toBeLessThan(2000);
  expect(disturbed.timeline.map(({ cause }) => cause)).toEqual(['start']);
  // The twin: the same specification, its start in the past by now, made at once by processes that nobody kills.
  const twin = { ...spec, id: 'kills-twin', load: { ...spec.load, batches: disturbed.batches } };
  await start(twin);
  await stateIs('kills-twin', 'completed');
  await verified('kills-twin');
  const bytes = async (id: string, path: string) => readFile(join(await stack.runFolder(id), path));
  for (const path of ['intakes/00-000000.jsonl', LEDGER])
    expect((await bytes('kills', path)).equals(await bytes('kills-twin', path))).toBe(true);
  expect((await bytes('kills', LEDGER)).toString().trim().split('\n')).toHaveLength(disturbed.corrupted);
});

test('kills while paused, at the very moment of a pause and of a resume: paused stays paused, nothing is lost or made twice', async () => {
  await start(crisis('pauses'));
  // At the moment of the pause: the receipt of the running emit is lost with its worker.
  await Promise.all([post('/jobs/pauses/pause'), worker.kill()]);
  worker = await stack.worker();
  await stateIs('pauses', 'paused');
  await until(async () => (await stack.call('GET', '/jobs/pauses')).body['settling'] !== true);
  await sleep(3000);
  const paused = await stack.committed('pauses');
  // While paused: everything.
  await Promise.all([worker.kill(), facade.kill(), stack.server.kill()]);
  await stack.server.restart();
  [worker, facade] = await Promise.all([stack.worker(), stack.facade()]);
  await stateIs('pauses', 'paused');
  await sleep(1000);
  expect(await stack.committed('pauses')).toEqual(paused);
  // At the moment of the resume: the worker, then the server.
  await Promise.all([post('/jobs/pauses/resume'), worker.kill()]);
  worker = await stack.worker();
  await msToNextBatch('pauses');
  await post('/jobs/pauses/pause');
  await stateIs('pauses', 'paused');
  await Promise.all([stack.call('POST', '/jobs/pauses/resume').catch(() => undefined), stack.server.kill()]);
  await stack.server.restart();
  await post('/jobs/pauses/resume');
  await msToNextBatch('pauses');

  const { timeline } = await stopAndVerify('pauses');

  expect(timeline.filter(({ cause }) => cause === 'hold').length).toBeGreaterThanOrEqual(2);
});

test('a worker that was stopped past its time-outs and wakes up after a resume writes nothing: another one has gone on meanwhile', async () => {
  await start(crisis('zombie'));
  const other = await stack.worker();
  // A frozen process goes on holding its polls: each task that is handed to one of them is lost for 3 s. So this takes its time.
  worker.freeze();
  await sleep(4500);
  await msToNextBatch('zombie');
  await post('/jobs/zombie/pause');
  await stateIs('zombie', 'paused');
  await post('/jobs/zombie/resume');
  await msToNextBatch('zombie');
  worker.thaw();
  await sleep(1500);
  other.freeze();
  await sleep(4500);
  await msToNextBatch('zombie');
  other.thaw();
  await msToNextBatch('zombie');

  const { timeline } = await stopAndVerify('zombie');

  expect(timeline.map(({ cause }) => cause)).toEqual(['start', 'hold']);
  await other.kill();
});

test('a status never goes back and never says more than is committed, whoever is killed', async () => {
  await start(crisis('status'));
  let shown = 0;
  let looking = true;
  const watch = (async () => {
    while (looking) {
      const answer = await stack.call('GET', '/jobs/status').catch(() => undefined);
      const emitted = (answer?.body['totals'] as { emitted: number } | undefined)?.emitted;
      if (answer?.status === 200 && emitted !== undefined) {
        expect(emitted).toBeGreaterThanOrEqual(shown);
        expect(emitted).toBeLessThanOrEqual((await stack.committed('status')).emitted);
        shown = emitted;
      }
      await sleep(50);
    }
  })();
  const upToDate = () => until(async () => shown > 0 && (await stack.committed('status')).emitted - shown <= RATE, 30_000);
  await upToDate();
  await worker.kill();
  worker = await stack.worker();
  await msToNextBatch('status');
  await upToDate();
  await stack.server.kill();
  await stack.server.restart();
  await msToNextBatch('status');
  await upToDate();
  looking = false;
  await watch;

  await stopAndVerify('status');
});
