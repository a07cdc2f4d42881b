import type { ScheduleBody } from '../../src/jobs/schedule-body';
import { patch, post, problemIn, serve } from './rig';

const spec = { scenario: 'crisis', sink: 'drop', load: { pace: { rate: 50 }, for: '10s' } };
const bodyIn = async (response: Response) => (await response.json()) as ScheduleBody;
const of = (body: ScheduleBody) =>
  body.spec as { load: { events: number }; sink: { url?: string; timeout: string }; scenario: { stream_count: number } };

test('tutoring is there each minute, not enabled, with what the environment says', async () => {
  const { base } = await serve();
  const { schedules } = (await (await fetch(`${base}/schedules`)).json()) as { schedules: ScheduleBody[] };
  expect(schedules).toMatchObject([
    { id: 'tutoring', enabled: false, every: 'PT1M', time_zone: 'UTC', next_run_at: null, last_run: null, running: false },
  ]);
  expect(of(schedules[0]!)).toMatchObject({
    load: { events: 500 },
    sink: { url: 'http://127.0.0.1:9090/ingest' },
    scenario: { stream_count: 50 },
  });
});

test('a change names what changes, the rest stays: the seed document changes rate, time-out and frequency one by one', async () => {
  const { base } = await serve();
  const change = async (body: object) => bodyIn(await patch(`${base}/schedules/tutoring`, body));
  expect(await change({ enabled: true, every: 'PT30S' })).toMatchObject({
    enabled: true,
    every: 'PT30S',
    next_run_at: expect.any(String) as string,
  });
  expect(of(await change({ stream_count: 100, events_per_run: 20 })).load.events).toBe(2000);
  expect(of(await change({ timeout: '300s' }))).toMatchObject({ load: { events: 2000 }, sink: { timeout: 'PT5M' } });
  const changed = await change({ cron: '*/5 * * * *' });
  expect(changed).toMatchObject({ enabled: true, cron: '*/5 * * * *' });
  expect(changed.every).toBeUndefined();
  expect(of(changed)).toMatchObject({ load: { events: 2000 }, scenario: { stream_count: 100 } });
});

test('without a target it can be set up but not enabled', async () => {
  const { base } = await serve({ tutoring: { stream_count: 50, events_per_run: 10, ingest_api_url: null } });
  const problem = await problemIn(await patch(`${base}/schedules/tutoring`, { enabled: true }));
  expect(problem).toMatchObject({
    status: 422,
    problems: [{ path: '/ingest_api_url', message: expect.stringContaining('INGEST_API_URL') as string }],
  });
  expect((await patch(`${base}/schedules/tutoring`, { every: '5s' })).status).toBe(200);
  expect((await patch(`${base}/schedules/tutoring`, { enabled: true, ingest_api_url: 'http://localhost:1/x' })).status).toBe(200);
});

test('all problems are told at once, and nothing changes', async () => {
  const { base } = await serve();
  const before = await (await fetch(`${base}/schedules/tutoring`)).json();
  const wrong = {
    enabled: 1,
    every: 'PT0.1S',
    time_zone: 'x',
    stream_count: 0,
    events_per_run: 1.5,
    color: 'red',
    ingest_api_url: 'ftp://x',
    timeout: 'soon',
  };
  const problem = await problemIn(await patch(`${base}/schedules/tutoring`, wrong));
  expect(problem.problems?.map(({ path }) => path).sort()).toEqual([
    '/color',
    '/enabled',
    '/events_per_run',
    '/every',
    '/ingest_api_url',
    '/stream_count',
    '/time_zone',
    '/timeout',
  ]);
  expect(await (await fetch(`${base}/schedules/tutoring`)).json()).toEqual(before);
});

test('the settings of tutoring are no settings of another schedule', async () => {
  const { base } = await serve();
  await post(`${base}/schedules`, { id: 'nightly', every: '1h', spec });
  const problem = await problemIn(await patch(`${base}/schedules/nightly`, { stream_count: 5, enabled: true }));
  expect(problem).toMatchObject({ status: 422, problems: [{ path: '/stream_count', message: 'belongs to the schedule tutoring' }] });
  expect(await (await fetch(`${base}/schedules/nightly`)).json()).toMatchObject({ enabled: false });
});

const FAR = 'http://example.com/x';
const notAllowed = expect.stringContaining('example.com is not in EVERGEN_HTTP_ALLOW') as string;

test('a target that must not be reached is refused when it is given, not when somebody enables it', async () => {
  const { base } = await serve();

  const made = await problemIn(
    await post(`${base}/schedules`, { id: 'far', every: '1h', spec: { ...spec, sink: { name: 'http', url: FAR } } }),
  );
  const set = await problemIn(await patch(`${base}/schedules/tutoring`, { ingest_api_url: FAR }));

  expect(made).toMatchObject({ status: 422, problems: [{ path: '/spec/sink/url', message: notAllowed }] });
  expect((await fetch(`${base}/schedules/far`)).status).toBe(404);
  expect(set).toMatchObject({ status: 422, problems: [{ path: '/ingest_api_url', message: notAllowed }] });
});

test('a target of the environment that must not be reached hinders neither other settings nor a start', async () => {
  const { base } = await serve({ tutoring: { stream_count: 50, events_per_run: 10, ingest_api_url: FAR } });

  expect((await patch(`${base}/schedules/tutoring`, { timeout: '7s' })).status).toBe(200);
  expect((await patch(`${base}/schedules/tutoring`, { every: '7s' })).status).toBe(200);
});

test.each([
  [{}, '', 'is empty'],
  [{ time_zone: 'Europe/Berlin' }, '/time_zone', 'is for cron'],
  [{ every: '5s', time_zone: 'Europe/Berlin' }, '/time_zone', 'is for cron'],
])('the change %j would change nothing, and is refused', async (change, path, said) => {
  const { base } = await serve();

  expect(await problemIn(await patch(`${base}/schedules/tutoring`, change))).toMatchObject({
    status: 422,
    problems: [{ path, message: expect.stringContaining(said) as string }],
  });
});

test('a list for a specification is refused in words', async () => {
  const { base } = await serve();

  expect(await problemIn(await post(`${base}/jobs`, [1]))).toMatchObject({ status: 422, problems: [{ path: '' }] });
  expect(await problemIn(await post(`${base}/schedules`, { id: 'x', every: '5s', spec: [] }))).toMatchObject({
    status: 422,
    problems: [{ path: '/spec' }],
  });
});

test('the one that evergen makes itself is not removed, since it would come back', async () => {
  const { base } = await serve();
  expect((await problemIn(await fetch(`${base}/schedules/tutoring`, { method: 'DELETE' }))).status).toBe(409);
});
