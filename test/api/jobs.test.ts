import { NotCleaned } from '../../src/jobs/jobs';
import { post, problemIn, serve } from './rig';

const spec = { scenario: 'crisis', sink: 'drop', load: { pace: { rate: 50 }, for: '5m' } };

test('a job is started with 201 and found where Location says, with all that is needed to do it again', async () => {
  const { base } = await serve();
  const response = await post(`${base}/jobs`, { ...spec, id: 'nightly', seed: 42 });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe('/jobs/nightly');
  const body: unknown = await response.json();
  expect(body).toMatchObject({
    id: 'nightly',
    run: '20260105T231000.000Z',
    state: 'running',
    seed: 42,
    started_at: '2026-01-05T23:10:00.000Z',
    ends_at: '2026-01-05T23:15:00.000Z',
    start: '2026-01-05T23:10:00.000Z',
    version: '1.2.3',
    spec: {
      ...spec,
      id: 'nightly',
      seed: 42,
      scenario: { name: 'crisis', version: 1 },
      sink: { name: 'drop' },
      load: { pace: { rate: 50 }, for: 'PT5M' },
    },
    totals: { scheduled: 0, emitted: 0, skipped: 0 },
    streams: { intakes: { next_batch: 0, last_batch_at: null } },
  });
  expect(await (await fetch(`${base}/jobs/nightly`)).json()).toEqual(body);
  expect((await fetch(`${base}/jobs/nightly?run=20260105T231000.000Z`)).status).toBe(200);
  expect((await problemIn(await fetch(`${base}/jobs/nightly?run=20200105T231000.000Z`))).status).toBe(404);
});

test('a job without an id gets one that tells the scenario and the time', async () => {
  const { base } = await serve();
  expect((await post(`${base}/jobs`, spec)).headers.get('location')).toBe('/jobs/crisis-20260105t231000-0000');
});

test('the same specification while it runs is answered with the run itself: a caller may repeat a call that got lost', async () => {
  const { base, jobs } = await serve();
  await post(`${base}/jobs`, { ...spec, id: 'nightly' });
  expect((await post(`${base}/jobs`, { ...spec, id: 'nightly' })).status).toBe(200);
  expect((await problemIn(await post(`${base}/jobs`, { ...spec, id: 'nightly', seed: 1 }))).status).toBe(409);
  expect(jobs.started).toHaveLength(1);
});

test('problems in a YAML specification say line and column', async () => {
  const { base, jobs } = await serve();
  const problem = await problemIn(
    await post(`${base}/jobs`, 'scenario: crisis\nsink: drop\nload:\n  pace: { rate: x }\n', {
      'content-type': 'text/yaml; charset=utf-8',
    }),
  );
  expect(problem).toMatchObject({
    status: 422,
    problems: [{ path: '/load/pace/rate', message: 'must be a number from 0 to 1000000, got "x" (line 4, column 17)' }],
  });
  expect(jobs.started).toEqual([]);
});

test('an id that no job can have is refused as input, before anybody is asked', async () => {
  const { base, jobs } = await serve();
  jobs.away = true;
  expect((await problemIn(await fetch(`${base}/jobs/No%20Such`))).status).toBe(422);
});

test('an ended job whose data cannot be deleted now is a conflict that says why', async () => {
  const { base, jobs } = await serve();
  await post(`${base}/jobs`, { ...spec, id: 'nightly' });
  await post(`${base}/jobs/nightly/stop`);
  jobs.clean = () => Promise.reject(new NotCleaned('nightly', 'KAFKA_BOOTSTRAP is not set'));

  expect(await problemIn(await post(`${base}/jobs/nightly/clean`))).toMatchObject({
    status: 409,
    detail: 'job nightly is not cleaned: KAFKA_BOOTSTRAP is not set',
  });
});
