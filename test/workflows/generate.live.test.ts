/** The workflow and its activities against a real Temporal server, in real time. */
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { realClock } from '../../activities/clock';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import { latenessQuantile, sum } from '../../workflows/ledger';
import type { Status } from '../../workflows/messages';
import { startDevServer } from '../support/temporal';
import { verifyRun } from './verify-run';
import { rig, type JobHandle, type Rig } from './rig';

jest.setTimeout(120_000);

let jobs: Rig;
let client: Client;

beforeAll(async () => {
  const server = await startDevServer();
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  const connection = connectClient(temporalSettings({ TEMPORAL_NAMESPACE: server.namespace }, server.address));
  client = new Client({ connection });
  jobs = await rig({ client, nativeConnection }, realClock);
});

const status = (handle: JobHandle) => handle.query<Status>('status');
const totals = ({ parts }: Status) => sum(parts.map((part) => part.totals));
const until = async (handle: JobHandle, wanted: (status: Status) => boolean): Promise<Status> => {
  for (;;) {
    const now = await status(handle);
    if (wanted(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const crisis = (load: Record<string, unknown>) => ({ scenario: 'crisis', sink: 'disk', load });

test('a rate over a time makes exactly its events, on time, and ends by itself', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 10 }, for: '3s' }));

  const done = await handle.result();

  expect(done).toMatchObject({ state: 'completed', reason: null });
  expect(totals(done)).toMatchObject({ emitted: 30, batches: 30 });
  expect(await verifyRun(jobs.dataDir, done)).toMatchObject({ ok: true, events: 30, problems: [] });
});

test('a rate of 0 ends with 0 events', async () => {
  const done = await (await jobs.start(crisis({ pace: { rate: 0 }, for: '1m' }))).result();

  expect(done.state).toBe('completed');
  expect(await verifyRun(jobs.dataDir, done)).toMatchObject({ ok: true, events: 0 });
});

test('signals as tctl sends them pause and resume: paused time is not counted, nothing is written meanwhile, the count stays exact', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 33.3 }, for: '4s' }));
  for (let i = 0; i < 3; i++) {
    await pause(800);
    const askedAt = Date.now();
    await handle.signal('pause');
    const paused = await until(handle, ({ state, settling }) => state === 'paused' && !settling);
    expect(Date.now() - askedAt).toBeLessThan(1000);
    await pause(400);
    expect(totals(await status(handle))).toEqual(totals(paused));
    await handle.signal('resume');
    await until(handle, ({ state }) => state === 'running');
  }

  const done = await handle.result();

  expect(totals(done).emitted).toBe(133);
  expect(done.timeline.filter(({ cause }) => cause === 'hold')).toHaveLength(3);
  expect(done.pausedMs).toBeGreaterThanOrEqual(1200);
  expect(await verifyRun(jobs.dataDir, done)).toMatchObject({ ok: true, events: 133 });
});

test('stop is in force within a second and keeps what was made', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 50 } }));
  await pause(2000);

  const askedAt = Date.now();
  await handle.signal('stop', { request: 'once', by: 'test' });
  const done = await handle.result();

  expect(Date.now() - askedAt).toBeLessThan(1000);
  expect(done.state).toBe('stopped');
  const report = await verifyRun(jobs.dataDir, done);
  expect(report).toMatchObject({ ok: true });
  expect(report.events).toBeGreaterThan(20);
});

test('cancel, as the Web UI offers it, means stop: the last batch and the receipts are kept', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 50 } }));
  await pause(1500);

  await handle.cancel();
  const done = await handle.result();

  expect(done.state).toBe('stopped');
  expect((await handle.describe()).status.name).toBe('COMPLETED');
  expect(await verifyRun(jobs.dataDir, done)).toMatchObject({ ok: true });
});

test('a request that is delivered twice acts once, and a signal with a nonsense argument still acts', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 5 } }));
  await handle.signal('pause', { request: 'a' });
  await until(handle, ({ state }) => state === 'paused');
  await handle.signal('resume', { request: 'b' });
  await until(handle, ({ state }) => state === 'running');
  await handle.signal('pause', { request: 'a' });
  await pause(300);
  expect((await status(handle)).state).toBe('running');

  await handle.signal('pause', 17);
  await until(handle, ({ state }) => state === 'paused');
  await handle.signal('stop');
  expect((await handle.result()).state).toBe('stopped');
});

test('updates answer with the state, for programs that want an answer', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 5 } }));

  expect(await handle.executeUpdate('pause_job')).toEqual({ state: 'paused' });
  expect(await handle.executeUpdate('resume_job')).toBeDefined();
  expect(await handle.executeUpdate('stop_job')).toEqual({ state: 'stopping' });

  expect((await handle.result()).state).toBe('stopped');
});

test('a start in the past is made up for at once and goes on live without gap or overlap', async () => {
  const start = new Date(Date.now() - 20_000).toISOString();
  const handle = await jobs.start({ ...crisis({ pace: { rate: 20 }, for: '23s', start }), seed: 42 });

  const done = await handle.result();

  expect(totals(done).emitted).toBe(460);
  // Lateness is that of the live batches: for the others nobody was there.
  expect(totals(done).latenessMaxMs).toBeLessThan(15_000);
  expect(totals(done).lateness.reduce((a, b) => a + b, 0)).toBeLessThan(60);
  expect(await verifyRun(jobs.dataDir, done)).toMatchObject({ ok: true, events: 460 });
});

test('the state is a search attribute, and the words of the Web UI follow the job', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 5 }, for: '1s' }));
  await handle.result();
  await handle.describe();

  const { searchAttributes } = await handle.describe();

  expect(searchAttributes['JobState']).toEqual(['completed']);
});

test('60 batches at 50 ms each are committed within milliseconds of their instants', async () => {
  const done = await (await jobs.start(crisis({ pace: { every: '50ms', batch_size: 3 }, batches: 60 }))).result();

  expect(totals(done)).toMatchObject({ emitted: 180, batches: 60 });
  // The figure itself belongs to the benchmark; here it only has to be measured.
  expect(latenessQuantile(totals(done), 0.99)).toBeGreaterThan(0);
});

test('a pace of nothing waits for the next one, within the time of the job: the update is refused in words when it makes no sense', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 20 }, for: '6s' }));
  await pause(1500);
  await expect(handle.executeUpdate('set_pace', { args: [{ rate: -1 }] })).rejects.toThrow(/./);
  await handle.executeUpdate('set_pace', { args: [{ rate: 0 }] });
  await until(handle, ({ timeline }) => timeline.length === 2);
  await pause(1500);
  expect((await status(handle)).state).toBe('running');
  await handle.executeUpdate('set_pace', { args: [{ every: '100ms', batch_size: 2 }] });

  const done = await handle.result();

  expect(done.state).toBe('completed');
  expect(done.timeline.map(({ cause }) => cause)).toEqual(['start', 'pace', 'pace']);
  const report = await verifyRun(jobs.dataDir, done);
  expect(report).toMatchObject({ ok: true, problems: [] });
  expect(report.events).toBeGreaterThan(50);
  expect(report.events).toBeLessThan(120);
});

test('signals that make no sense change nothing: an error in a workflow would stop the job for good, and a signal cannot be taken back', async () => {
  const handle = await jobs.start(crisis({ pace: { rate: 20 }, for: '2s' }));
  await handle.signal('set_pace');
  await handle.signal('set_pace', null);
  await handle.signal('set_pace', { paces: [{ rate: 5 }] });
  await handle.signal('resume', 5);
  await handle.signal('wake', { request: 7, by: {} });

  const done = await handle.result();

  expect(done.timeline.map(({ cause }) => cause)).toEqual(['start']);
  expect(totals(done).emitted).toBe(40);
  // Whoever sent them can see that they arrived.
  expect(done.journal.filter(({ action, detail }) => action === 'pace' && detail.startsWith('ignored'))).toHaveLength(3);
});
