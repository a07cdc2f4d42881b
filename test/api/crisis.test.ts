import { post, problemIn, serve } from './rig';

const five = { duration_minutes: 5, rate_per_second: 5 };

test('a run from start to stop answers as its users know it', async () => {
  const { crisis, jobs } = await serve();
  expect(await (await fetch(`${crisis}/status`)).json()).toEqual({
    is_running: false,
    start_time: null,
    end_time: null,
    events_generated: 0,
    time_remaining_seconds: 0,
    is_paused: false,
    job_id: 'crisis-intake',
    run: null,
    seed: null,
  });
  expect(await (await post(`${crisis}/generate`, { ...five, seed: 7 })).json()).toEqual({
    status: 'started',
    duration_minutes: 5,
    rate_per_second: 5,
    estimated_events: 1500,
    end_time: '2026-01-05T23:15:00.000Z',
  });
  jobs.commit('crisis-intake', 342);
  expect(await (await fetch(`${crisis}/status`)).json()).toEqual({
    is_running: true,
    start_time: '2026-01-05T23:10:00.000Z',
    end_time: '2026-01-05T23:15:00.000Z',
    events_generated: 342,
    time_remaining_seconds: 300,
    is_paused: false,
    job_id: 'crisis-intake',
    run: '20260105T231000.000Z',
    seed: 7,
  });
  expect(await (await post(`${crisis}/pause`)).json()).toMatchObject({
    status: 'paused',
    is_paused: true,
    is_running: true,
    time_remaining_seconds: 300,
  });
  expect(await (await post(`${crisis}/resume`)).json()).toMatchObject({ status: 'running', is_paused: false });
  expect(await (await post(`${crisis}/stop`)).json()).toEqual({ status: 'stopping', events_generated: 342 });
  expect(await (await fetch(`${crisis}/status`)).json()).toMatchObject({
    is_running: false,
    end_time: '2026-01-05T23:10:00.000Z',
    events_generated: 342,
    time_remaining_seconds: 0,
  });
});

test('both mounts show the same run, as there is one at a time', async () => {
  const { crisis, base } = await serve();
  await post(`${base}/crisis/generate`, five);
  expect(await (await fetch(`${crisis}/status`)).json()).toEqual(await (await fetch(`${base}/crisis/status`)).json());
});

test('a second start while one runs is refused, also with the very same numbers, and the run is left alone', async () => {
  const { crisis, jobs } = await serve();
  await post(`${crisis}/generate`, five);
  for (const body of [five, { ...five, rate_per_second: 6 }]) {
    const { status, detail } = await problemIn(await post(`${crisis}/generate`, body));
    expect([status, detail]).toEqual([409, 'a run is running already; stop it first (POST /stop)']);
  }
  expect(jobs.started).toHaveLength(1);
});

test.each(['stop', 'pause', 'resume'])('%s before the first run is a wrong state, not an unknown path', async (action) => {
  const { crisis } = await serve();
  expect((await problemIn(await post(`${crisis}/${action}`))).status).toBe(409);
});

test('after the end a stop is harmless, while pause and resume are refused', async () => {
  const { crisis } = await serve();
  await post(`${crisis}/generate`, five);
  await post(`${crisis}/stop`);
  expect(await (await post(`${crisis}/stop`)).json()).toEqual({ status: 'stopped', events_generated: 0 });
  expect((await problemIn(await post(`${crisis}/pause`))).status).toBe(409);
  expect((await problemIn(await post(`${crisis}/resume`))).status).toBe(409);
});

test('a run that has come to its own end is not said to be stopping', async () => {
  const { crisis, jobs } = await serve();
  await post(`${crisis}/generate`, five);
  jobs.commit('crisis-intake', 1500);
  Object.assign(jobs.started[0]?.status ?? {}, { state: 'completed', finishedAtMs: Date.parse('2026-01-05T23:15:00Z') });
  expect(await (await post(`${crisis}/stop`)).json()).toEqual({ status: 'completed', events_generated: 1500 });
});

test.each([
  ['of no events, over before its schedule began', '2026-01-05T23:10:00.080Z', 'completed', '2026-01-05T23:10:00.005Z'],
  ['stopped long before its start', '2026-01-06T00:00:00.000Z', 'stopped', '2026-01-05T23:10:00.005Z'],
  ['in the past, while it is made up for', '2026-01-01T00:00:00.000Z', 'running', null],
])('a run %s does not end before it starts', async (_, start, state, finished) => {
  const { crisis, base, jobs } = await serve();
  await post(`${crisis}/generate`, { ...five, start });
  const finishedAtMs = finished === null ? null : Date.parse(finished);
  Object.assign(jobs.started[0]?.status ?? {}, { state, finishedAtMs });
  const { start_time, end_time } = (await (await fetch(`${crisis}/status`)).json()) as { start_time: string; end_time: string };
  expect(Date.parse(end_time)).toBeGreaterThanOrEqual(Date.parse(start_time));
  if (finished !== null) expect(end_time).toBe(finished);
  const job = (await (await fetch(`${base}/jobs/crisis-intake`)).json()) as { started_at: string; ends_at: string };
  expect(Date.parse(job.ends_at)).toBeGreaterThanOrEqual(Date.parse(job.started_at));
});

test('a body on a call that takes none is not looked at: people send {} by habit', async () => {
  const { crisis } = await serve();
  await post(`${crisis}/generate`, five);
  expect((await post(`${crisis}/pause`, '{}', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(200);
});

test('while Temporal is away every call says so and when to come again', async () => {
  const { crisis, jobs } = await serve();
  jobs.away = true;
  for (const response of [await fetch(`${crisis}/status`), await post(`${crisis}/generate`, five), await post(`${crisis}/stop`)]) {
    expect(response.headers.get('retry-after')).toBe('2');
    expect((await problemIn(response)).status).toBe(503);
  }
  expect((await fetch(`${crisis}/healthz`)).status).toBe(200);
  expect((await problemIn(await fetch(`${crisis}/readyz`))).status).toBe(503);
});
