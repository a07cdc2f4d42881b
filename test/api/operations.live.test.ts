/** What operators rely on, against real processes: keys over a kill, the list of jobs, readiness, metrics. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wakeJobs } from '../../src/jobs/standby';
import { temporalJobs } from '../../src/jobs/temporal-jobs';
import { connectClient, temporalSettings } from '../../src/temporal/connect';
import { runName } from '../../workflows/naming';
import { startTestStack, type TestProcess, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(90_000);

let stack: TestStack;
let facade: TestProcess;
let worker: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  [worker, facade] = await Promise.all([stack.worker(), stack.facade()]);
});

const get = async (path: string) => (await stack.call('GET', path)).body;
const stateIs = (id: string, state: string) => until(async () => (await get(`/jobs/${id}`))['state'] === state, 60_000);
const start = (spec: object, key?: string) =>
  fetch(`${stack.base}/jobs`, {
    method: 'POST',
    body: JSON.stringify({ scenario: 'crisis', sink: 'drop', ...spec }),
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });

test('calls with keys whose facade is killed under them are made again against the next one: each key has started one run', async () => {
  const spec = { load: { pace: { rate: 100 }, events: 1 } };
  const keys = Array.from({ length: 12 }, (_, i) => `key-${String(i)}`);
  const answered = await start(spec, 'before');
  const first = await answered.text();
  let begun = 0;
  const killed = keys.map((key) =>
    start(spec, key).then(
      () => (begun += 1),
      () => undefined,
    ),
  );
  await until(() => Promise.resolve(begun > 0), 10_000);
  await facade.kill();
  await Promise.all(killed);
  facade = await stack.facade();

  const ids = new Map<string, unknown>();
  await Promise.all(
    keys.map((key) =>
      until(async () => {
        const again = await start(spec, key);
        if (again.status !== 201) return false;
        ids.set(key, ((await again.json()) as { id: string }).id);
        return true;
      }, 30_000),
    ),
  );

  const again = await start(spec, 'before');
  expect([again.status, await again.text()]).toEqual([201, first]);
  expect(new Set(ids.values()).size).toBe(keys.length);
  // All of them, and no second one, once the list has caught up.
  await until(async () => ((await get('/jobs?limit=1000'))['jobs'] as object[]).length > keys.length);
  expect(((await get('/jobs?limit=1000'))['jobs'] as { id: string }[]).map(({ id }) => id).sort()).toEqual(
    [...ids.values(), (JSON.parse(first) as { id: string }).id].map(String).sort(),
  );
});

test('pages of the list hold each run once, by state too, and a run that was cleaned after its end is cleaned there as well', async () => {
  // The list is in the order of their ends.
  for (const id of ['list-a', 'list-b', 'list-c', 'list-d']) {
    await start({ id, sink: 'disk', load: { pace: { rate: 100 }, events: 2 } });
    await stateIs(id, 'completed');
  }
  for (const id of ['list-b', 'list-d']) await stack.call('POST', `/jobs/${id}/clean`);
  await stateIs('list-b', 'cleaned');
  await stateIs('list-d', 'cleaned');
  const all = async (query: string) => {
    const ids: string[] = [];
    for (let token: unknown = ''; token !== null;) {
      const page = await get(`/jobs?${query}${token === '' ? '' : `&page_token=${String(token)}`}`);
      ids.push(...(page['jobs'] as { id: string; state: string }[]).map(({ id, state }) => `${id} ${state}`));
      token = page['next_page_token'];
    }
    return ids.filter((text) => text.startsWith('list-'));
  };
  await until(async () => (await all('limit=1000')).length === 4);

  expect(await all('limit=3')).toEqual(['list-d cleaned', 'list-c completed', 'list-b cleaned', 'list-a completed']);
  expect(await all('state=cleaned&limit=1')).toEqual(['list-d cleaned', 'list-b cleaned']);
  expect(await all('state=completed&limit=1')).toEqual(['list-c completed', 'list-a completed']);
  expect(await all('state=completed&scenario=fleet&limit=1')).toEqual([]);
  expect((await stack.call('GET', '/jobs?page_token=AAAA')).status).toBe(422);
  expect((await stack.call('GET', '/jobs?page_token=0-AAAA')).status).toBe(422);
});

test('a worker that was killed is missed within seconds, by readiness and by the status of its job, and found again when it is back', async () => {
  await start({ id: 'watched', load: { pace: { rate: 10 } } });
  await until(async () => (await stack.call('GET', '/readyz')).status === 200);
  await worker.kill();
  const killedAt = Date.now();

  await until(async () => (await stack.call('GET', '/readyz')).status === 503);
  // Temporal itself remembers its poller for minutes. The bound is for a busy machine.
  expect(Date.now() - killedAt).toBeLessThan(12_000);
  expect(await stack.call('GET', '/readyz')).toMatchObject({ body: { detail: 'no worker is alive' } });
  expect(await stack.call('GET', '/jobs/watched')).toMatchObject({ status: 200, body: { worker: 'away', state: 'running' } });

  worker = await stack.worker();
  await until(async () => (await stack.call('GET', '/readyz')).status === 200);
  await until(async () => (await get('/jobs/watched'))['worker'] === 'here');
  await stack.call('POST', '/jobs/watched/stop');
});

test('one page has the events of all workers, the facade and what Temporal counts, by every name that the dashboard asks for', async () => {
  const dashboard = await readFile(join(__dirname, '../../deploy/grafana/evergen.json'), 'utf8');
  const asked = new Set(
    [...dashboard.matchAll(/\b(?:evergen|temporal|process)_\w+/g)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, '')),
  );
  asked.delete('temporal_up');
  const page = async () => (await fetch(`${stack.base}/metrics`)).text();
  const series = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(name));
  const before = await page();
  const disk = 'evergen_events_total{scenario="crisis",sink="disk"}';
  const counted = (text: string) => Number(series(text, disk)?.split(' ')[1] ?? 0);

  const other = await stack.worker();
  for (const id of ['metrics-a', 'metrics-b', 'metrics-c']) await start({ id, sink: 'disk', load: { pace: { rate: 100 }, events: 50 } });
  for (const id of ['metrics-a', 'metrics-b', 'metrics-c']) await stateIs(id, 'completed');
  await until(async () => counted(await page()) >= counted(before) + 150);
  await other.kill();
  const after = await page();

  expect(counted(after)).toBe(counted(before) + 150);
  expect([...asked].filter((name) => !after.includes(`# TYPE ${name} `))).toEqual([]);
  expect(after).toMatch(/evergen_http_request_duration_seconds_count\{method="POST",route="\/jobs",status="201"\} \d/);
  expect(after).toMatch(/evergen_batch_lateness_seconds_count\{scenario="crisis",sink="disk"\} \d/);
  expect(after).toMatch(/temporal_activity_execution_latency_seconds_count\{[^}]*activity_type="emit"/);
  expect(after).not.toContain('metrics-a');
  expect(series(after, 'evergen_temporal_up')).toBe('evergen_temporal_up 1');
});

test('a start that is to be paused leaves a run that somebody else has begun meanwhile as it is', async () => {
  const { namespace, address } = stack.server;
  const connection = connectClient(temporalSettings({ TEMPORAL_NAMESPACE: namespace }, address));
  const jobs = temporalJobs({ connection, namespace });
  expect((await start({ id: 'theirs', load: { pace: { rate: 5 } } })).status).toBe(201);
  const { plan } = (await jobs.get('theirs')).status;
  const next = () => ({ ...plan, run: runName(new Date()) });

  const late = await jobs.start(next(), { paused: true });
  const other = jobs.start({ ...next(), spec: { ...(plan.spec as object), seed: 7 } }, { paused: true });

  expect(late).toMatchObject({ started: false, snapshot: { status: { held: false, plan: { run: plan.run } } } });
  await expect(other).rejects.toMatchObject({ code: 'JOB_ACTIVE' });
  expect(await get('/jobs/theirs')).toMatchObject({ state: 'running', run: plan.run });
  await jobs.stop('theirs', 'test');
  await stateIs('theirs', 'stopped');
  const mine = next();
  expect(await jobs.start(mine, { paused: true })).toMatchObject({
    started: true,
    snapshot: { status: { held: true, plan: { run: mine.run } } },
  });
  // Started past this facade, which shows whoever asks all the time what was so a moment ago.
  await stateIs('theirs', 'paused');
  expect(await get('/jobs/theirs')).toMatchObject({ run: mine.run, totals: { emitted: 0 } });

  // What a stack that starts says of it; jobs that do not answer in time are not named.
  const woken = () => wakeJobs({ connection, namespace, home: '', ownServer: true });
  await until(async () => (await woken()).held.includes('theirs'));
  expect((await woken()).running).not.toContain('theirs');
  await connection.close();
});

test('told to end, facade and worker end by themselves, also while somebody watches a job that goes on', async () => {
  await start({ id: 'endless', load: { pace: { rate: 10 } } });
  const watching = await fetch(`${stack.base}/jobs/endless/live`);
  const watched = watching.text().catch(() => 'broken off');
  const gone = ({ pid }: TestProcess) =>
    until(async () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    }, 20_000);

  for (const { pid } of [facade, worker]) process.kill(pid, 'SIGTERM');

  await Promise.all([gone(facade), gone(worker)]);
  expect(await watched).toMatch(/^retry: 1000|broken off/);
});
