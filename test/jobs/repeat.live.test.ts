/** What operators did to a job is data: it is told, it can be done again byte for byte, and it outlives Temporal's memory. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import type { TimelineEntry } from '../../src/jobs/operators-timeline';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { atEnd } from '../support/cleanup';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(60_000);

let stack: TestStack;
let worker: TestProcess;
let facade: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  [worker, facade] = await Promise.all([stack.worker(), stack.facade()]);
});

const bodyOf = async (id: string) => (await stack.call('GET', `/jobs/${id}`)).body;
const stateIs = (id: string, state: string) => until(async () => (await bodyOf(id))['state'] === state, 30_000);
const entriesOf = async (id: string) => (await stack.call('GET', `/jobs/${id}/timeline`)).body['entries'] as TimelineEntry[];
const specOf = async (id: string) => (await fetch(`${stack.base}/jobs/${id}/spec`)).text();

async function evergen(...words: string[]): Promise<string> {
  const env = { ...process.env, TEMPORAL_ADDRESS: stack.server.address, DATA_DIR: stack.dataDir };
  return (await promisify(execFile)(process.execPath, [join(packageRoot(), 'dist/src/cli/main.js'), ...words], { env, cwd: stack.dataDir }))
    .stdout;
}

/** Of the data files of the job's newest run, once its manifest says that it has ended and `verify` agrees. */
async function sumOf(id: string): Promise<{ events: number; sha256: string }> {
  const folder = await stack.runFolder(id);
  await until(
    async () => (JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { finished_at: unknown }).finished_at !== null,
  );
  const report = await verifyRunFolder(folder);
  expect(report.problems).toEqual([]);
  const hash = createHash('sha256');
  for (const name of (await readdir(join(folder, 'intakes'))).sort()) hash.update(await readFile(join(folder, 'intakes', name)));
  return { events: report.events, sha256: hash.digest('hex') };
}

/** A job that was paused, whose pace was changed, and that was stopped. */
async function disturbed(id: string): Promise<void> {
  const spec = { id, scenario: 'crisis', sink: 'disk', load: { pace: { rate: 50 } } };
  expect((await stack.call('POST', '/jobs', spec)).status).toBe(201);
  await until(async () => (await stack.committed(id)).next > 3);
  await stack.call('POST', `/jobs/${id}/pause`);
  await sleep(500);
  await stack.call('POST', `/jobs/${id}/resume`);
  await sleep(700);
  expect(await stack.call('PATCH', `/jobs/${id}/pace`, { rate: 7 })).toMatchObject({ status: 202, body: { pace: { rate: 7 } } });
  await sleep(1000);
  await stack.call('POST', `/jobs/${id}/stop`);
  await stateIs(id, 'stopped');
}

test('the timeline tells who did what, and the specification of the run makes the same bytes again', async () => {
  await disturbed('first');
  const entries = await entriesOf('first');
  expect(entries.map(({ action, by, batches }) => [action, by, Object.keys(batches)])).toEqual([
    ['start', null, []],
    ['pause', 'http', []],
    ['resume', 'http', []],
    ['resume', null, ['intakes']],
    ['pace', 'http', []],
    ['pace', null, ['intakes']],
    ['stop', 'http', []],
    ['end', null, []],
  ]);
  expect(entries[5]?.detail).toBe('in force: {"rate":7}');
  expect(await evergen('status', 'first')).toMatch(/timeline .*start\n(.*\n)*.* pause by http/);

  const yaml = (await specOf('first')).replace('id: first', 'id: second');
  const answer = await fetch(`${stack.base}/jobs`, { method: 'POST', body: yaml, headers: { 'content-type': 'application/yaml' } });
  expect(answer.status).toBe(201);
  await stateIs('second', 'completed');
  expect(await sumOf('second')).toEqual(await sumOf('first'));
  // Done again, it can be done again.
  expect((await specOf('second')).replace(/^#.*\n|^id: .*\n|^ *- .*cause: stop.*\n/gm, '')).toContain('cause: pace');
});

test('a pace is refused that the job cannot have, and by one that has ended', async () => {
  const spec = { id: 'bulk', scenario: 'crisis', sink: 'drop', load: { pace: { unpaced: { batch_size: 10, step: '1ms' } }, batches: 1e9 } };
  await stack.call('POST', '/jobs', spec);
  expect((await stack.call('PATCH', '/jobs/bulk/pace', { rate: 5 })).status).toBe(422);
  await stack.call('POST', '/jobs/bulk/stop');
  await stateIs('bulk', 'stopped');
  expect((await stack.call('PATCH', '/jobs/first/pace', { rate: 5 })).status).toBe(409);
});

test('a pace that is given to a paused job is in force when it goes on', async () => {
  await stack.call('POST', '/jobs', { id: 'waits', scenario: 'crisis', sink: 'disk', load: { pace: { rate: 5 } } });
  await stack.call('POST', '/jobs/waits/pause');
  await stateIs('waits', 'paused');
  expect(await stack.call('PATCH', '/jobs/waits/pace', { rate: 9 })).toMatchObject({
    status: 202,
    body: { state: 'paused', pace: { rate: 5 } },
  });
  await stack.call('POST', '/jobs/waits/resume');
  await until(async () => (await bodyOf('waits'))['state'] === 'running');
  expect(await bodyOf('waits')).toMatchObject({ pace: { rate: 9 } });
});

test('a status says that no worker answers, then what is being retried, and that a pause still waits for its writers', async () => {
  await worker.kill();
  await until(async () => (await bodyOf('waits'))['worker'] === 'away');
  const elsewhere = await mkdtemp(join(tmpdir(), 'evergen-elsewhere-'));
  atEnd(() => rm(elsewhere, { recursive: true, force: true }));
  const stranger = await stack.worker({ DATA_DIR: elsewhere });
  await stack.call('POST', '/jobs/waits/pause');
  await until(async () => /DATA_DIR.*\(attempt \d+\)/.test(String((await bodyOf('waits'))['last_error'])), 20_000);
  expect(await bodyOf('waits')).toMatchObject({ worker: 'here', state: 'paused', settling: true });
  await stranger.kill();
  worker = await stack.worker();
  await until(async () => (await bodyOf('waits'))['settling'] === false, 20_000);
  await stack.call('POST', '/jobs/waits/stop');
});

test('a run that Temporal has forgotten is answered, verified and repeated from its folder', async () => {
  const [before, spec, entries] = [await bodyOf('first'), await specOf('first'), await entriesOf('first')];
  await Promise.all([worker.kill(), facade.kill()]);
  await stack.server.forget();
  [worker, facade] = await Promise.all([stack.worker(), stack.facade()]);

  const { totals, lateness_ms, timeline, seed } = before;
  expect(await bodyOf('first')).toMatchObject({
    state: 'stopped',
    run: before['run'],
    totals,
    lateness_ms,
    timeline,
    seed,
    web_ui_url: null,
  });
  expect(await specOf('first')).toBe(spec);
  expect(await entriesOf('first')).toEqual(entries);
  const listed = (await stack.call('GET', '/jobs')).body['jobs'] as { id: string; state: string }[];
  expect(listed.filter(({ id }) => id === 'first' || id === 'second').map(({ id, state }) => `${id} ${state}`)).toEqual([
    'second completed',
    'first stopped',
  ]);
  expect((await stack.call('POST', '/jobs/first/pause')).status).toBe(409);
  expect((await stack.call('GET', `/jobs/first?run=20200101T000000.000Z`)).status).toBe(404);
  expect(await evergen('verify', 'first')).toContain('verified');
  const repeated = JSON.parse(await evergen('run', '--like', 'first', '--id', 'third', '--json')) as { id: string; state: string };
  expect(repeated).toMatchObject({ id: 'third', state: 'completed' });
  expect(await sumOf('third')).toEqual(await sumOf('first'));
  // A new run of the same job: the old one is still among its runs.
  await evergen('run', '--like', 'first', '--id', 'first');
  const runs = (await stack.call('GET', '/jobs/first/runs')).body['runs'] as { run: string; state: string }[];
  expect(runs.map(({ state }) => state)).toEqual(['completed', 'stopped']);
  expect(runs[1]?.run).toBe(before['run']);
  expect(await stack.call('GET', `/jobs/first?run=${String(before['run'])}`)).toMatchObject({ status: 200, body: { state: 'stopped' } });
});
