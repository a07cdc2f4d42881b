/** Schedules against a real server: on time, one at a time, no two runs alike, through the death of everything. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import type { JobBody } from '../../src/jobs/job-body';
import type { ScheduleBody } from '../../src/jobs/schedule-body';
import { verifyRunFolder } from '../../src/verify/run-folder';
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

const SECOND = 1000;
/** From the instant of a run to its first batch. */
const LEAD_MS = 400;
const spec = (seconds: number) => ({ scenario: 'crisis', sink: 'disk', load: { pace: { rate: 20 }, for: `${String(seconds)}s` } });

const scheduleOf = async (id: string) => (await stack.call('GET', `/schedules/${id}`)).body as unknown as ScheduleBody;
const jobOf = async (id: string) => (await stack.call('GET', `/jobs/${id}`)).body as unknown as JobBody;
/** Ids of all runs that there were, oldest first. */
const runsOf = async (id: string) =>
  (await readdir(join(stack.dataDir, 'jobs')).catch(() => [])).filter((job) => job.startsWith(`${id}-`)).sort();
const scheduledMs = (job: string) => Date.parse(job.slice(-20));

async function evergen(...words: string[]): Promise<string> {
  const env = { ...process.env, TEMPORAL_ADDRESS: stack.server.address, DATA_DIR: stack.dataDir };
  const main = join(packageRoot(), 'dist/src/cli/main.js');
  return (await promisify(execFile)(process.execPath, [main, ...words], { env, cwd: stack.dataDir })).stdout;
}

test('the schedule of the tutoring simulator is there from the start, each minute, and not enabled', async () => {
  await until(async () => (await stack.call('GET', '/schedules')).status === 200);
  const { schedules } = (await stack.call('GET', '/schedules')).body as { schedules: ScheduleBody[] };
  expect(schedules).toMatchObject([{ id: 'tutoring', enabled: false, every: 'PT1M', next_run_at: null, last_run: null, running: false }]);
});

test('runs of more than a second, one each second, begin on time and never overlap, no two are alike, also when everything is killed in the middle of one', async () => {
  const made = await stack.call('POST', '/schedules', { id: 'busy', every: '1s', enabled: true, spec: spec(1.2) });
  expect(made).toMatchObject({ status: 201, body: { id: 'busy', enabled: true, every: 'PT1S' } });
  await until(async () => (await runsOf('busy')).length === 2);

  await Promise.all([worker.kill(), facade.kill(), stack.server.kill()]);
  await stack.server.restart();
  [worker, facade] = await Promise.all([stack.worker(), stack.facade()]);
  await until(async () => (await runsOf('busy')).length === 4, 20 * SECOND);
  expect(await stack.call('PATCH', '/schedules/busy', { enabled: false })).toMatchObject({
    status: 200,
    body: { enabled: false, next_run_at: null },
  });

  const ids = await runsOf('busy');
  await until(async () => (await jobOf(ids.at(-1) ?? '')).state === 'completed');
  const jobs = await Promise.all(ids.map(jobOf));
  for (const job of jobs) {
    expect(job).toMatchObject({
      state: 'completed',
      totals: { emitted: 24 },
      start: new Date(scheduledMs(job.id) + LEAD_MS).toISOString(),
    });
    expect(scheduledMs(job.id) % SECOND).toBe(0);
    expect(Date.parse(job.started_at) - scheduledMs(job.id)).toBeLessThan(SECOND);
    const folder = job.output.path ?? '';
    expect(await verifyRunFolder(folder)).toMatchObject({ ok: true, events: 24, job: job.id });
  }
  expect(new Set(jobs.map(({ seed }) => seed)).size).toBe(jobs.length);
  const begins = jobs.map(({ started_at }) => Date.parse(started_at));
  const ends = jobs.map(({ finished_at }) => Date.parse(finished_at ?? ''));
  expect(begins.slice(1).filter((begin, i) => begin < (ends[i] ?? Infinity))).toEqual([]);
});

test('a scheduled run is a job like any other: listed, shown, verified and repeated by its id', async () => {
  const [id = ''] = await runsOf('busy');
  const run = `${id.slice(-20, -1).replaceAll(/[-:]/g, '')}.000Z`;
  const { jobs } = (await stack.call('GET', '/jobs?limit=10')).body as { jobs: { id: string; run: string }[] };
  expect(jobs).toContainEqual(expect.objectContaining({ id, run }) as unknown);
  expect(await stack.call('GET', `/jobs/${id}/runs`)).toMatchObject({ status: 200, body: { runs: [{ id, run }] } });
  expect(await jobOf(id)).toMatchObject({ id, run, state: 'completed' });
  expect(await evergen('verify', id)).toContain('verified: 24 events');
  expect(await evergen('run', '--like', id, '--json')).toContain('"completed"');
  const parts = await Promise.all(
    [id, (await readdir(join(stack.dataDir, 'jobs'))).find((name) => /^crisis-/.test(name)) ?? ''].map(async (name) =>
      (await verifyRunFolder(await stack.runFolder(name))).parts.map(({ sha256 }) => sha256),
    ),
  );
  expect(parts[0]).toEqual(parts[1]);
});

test('what is disabled stays so, a run that was triggered is not started twice, and what was set holds from the next run on', async () => {
  const before = await runsOf('busy');
  await Promise.all([facade.kill(), stack.server.kill()]);
  await stack.server.restart();
  facade = await stack.facade();
  await sleep(1.5 * SECOND);
  expect(await runsOf('busy')).toEqual(before);

  const triggered = await stack.call('POST', '/schedules/busy/trigger');
  expect(triggered).toMatchObject({ status: 202, body: { enabled: false, running: true } });
  expect(await stack.call('POST', '/schedules/busy/trigger')).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('never overlap') as string },
  });
  expect((await scheduleOf('busy')).last_run?.job_id).not.toBe(before.at(-1));
  expect(await evergen('schedule', 'set', 'busy', '--cron', '*/5 * * * *', '--time-zone', 'Europe/Berlin')).toContain(
    'disabled, */5 * * * * Europe/Berlin',
  );
  expect(await evergen('schedule', 'enable', 'busy')).toContain('enabled, */5 * * * * Europe/Berlin, next run ');
  const { next_run_at, last_run } = await scheduleOf('busy');
  expect(Date.parse(next_run_at ?? '') % (300 * SECOND)).toBe(0);
  await until(async () => (await jobOf(last_run?.job_id ?? '')).state === 'completed');

  expect((await stack.call('DELETE', '/schedules/busy')).status).toBe(200);
  expect((await stack.call('GET', '/schedules/busy')).status).toBe(404);
  expect((await stack.call('DELETE', '/schedules/tutoring')).status).toBe(409);
});
