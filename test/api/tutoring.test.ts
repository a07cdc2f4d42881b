import { post, problemIn, serve } from './rig';

const specOf = (api: Awaited<ReturnType<typeof serve>>) => api.jobs.started.at(-1)?.status.plan.spec;

test('an empty body is a run by the environment: 500 events, 10 each 100 ms, to INGEST_API_URL', async () => {
  const api = await serve();
  const response = await post(`${api.base}/tutoring/invoke`, {});
  expect([response.status, await response.json()]).toEqual([202, { job_id: 'tutoring-20260105t231000-0000', total_events: 500 }]);
  expect(specOf(api)).toMatchObject({
    scenario: { name: 'tutoring', stream_count: 50 },
    load: { pace: { rate: 100 }, events: 500 },
    sink: { name: 'http', url: 'http://127.0.0.1:9090/ingest', timeout: 'PT5S' },
  });
});

test('a caller may have it otherwise', async () => {
  const api = await serve();
  const wishes = { stream_count: 100, events_per_run: 20, ingest_api_url: 'http://localhost:1234/other', timeout: '30s' };
  expect(await (await post(`${api.base}/tutoring/invoke`, wishes)).json()).toMatchObject({ total_events: 2000 });
  expect(specOf(api)).toMatchObject({ load: { events: 2000 }, sink: { url: 'http://localhost:1234/other', timeout: 'PT30S' } });
});

test('without a target nothing is started, and the words say where one may come from', async () => {
  const api = await serve({ tutoring: { stream_count: 50, events_per_run: 10, ingest_api_url: null } });
  const problem = await problemIn(await post(`${api.base}/tutoring/invoke`));
  expect(problem).toMatchObject({
    status: 422,
    problems: [{ path: '/ingest_api_url', message: 'is missing: where the events go (or INGEST_API_URL)' }],
  });
  expect(api.jobs.started).toEqual([]);
});

test('every problem is told at once, under the name of the setting', async () => {
  const api = await serve();
  const wrong = { stream_count: 0, events_per_run: '10', seed: 1, ingest_api_url: 'file:///etc/passwd', timeout: '1 day' };
  const { problems } = await problemIn(await post(`${api.base}/tutoring/invoke`, wrong));
  expect(problems?.map(({ path }) => path).sort()).toEqual(['/events_per_run', '/ingest_api_url', '/seed', '/stream_count', '/timeout']);
  expect(api.jobs.started).toEqual([]);
});
