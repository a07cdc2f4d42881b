/** The fleet router speaks as the generator that it stands for; what really happens to files and processes is in the live test. */
import { JobEnded, NotPaused } from '../../src/jobs/jobs';
import { noTotals } from '../../workflows/ledger';
import { post, serve } from './rig';

const json = async (response: Promise<Response>): Promise<unknown> => (await response).json();

test('before the first run it is stopped, and says what it would do', async () => {
  const { fleet } = await serve();
  expect(await json(fetch(`${fleet}/status`))).toEqual({
    status: 'stopped',
    generation_mode: 'emulated',
    uptime_seconds: 0,
    uptime_hours: 0,
    company_generator: { total_batches: 0, last_batch_time: null, idle_seconds: null },
    driver_generator: { total_batches: 0, last_batch_time: null, idle_seconds: null },
    lifecycle: { state: 'stopped', state_file: 'manifests/lifecycle.json' },
    run_id: null,
  });
});

test('pause and resume answer in its words, a second time too, and the state is kept beside the data', async () => {
  const { fleet, lifecycle } = await serve();
  expect(await json(post(`${fleet}/pause`))).toEqual({
    success: false,
    message: 'Generator is stopped: there is nothing to pause',
    status: 'stopped',
  });
  const said = [];
  for (const act of ['resume', 'resume', 'pause', 'pause', 'resume']) said.push(await json(post(`${fleet}/api/${act}`)));
  expect(said).toEqual([
    { success: true, message: 'Generator resumed successfully', status: 'running' },
    { success: true, message: 'Generator is already running', status: 'running' },
    { success: true, message: 'Generator paused successfully', status: 'paused' },
    { success: true, message: 'Generator is already paused', status: 'paused' },
    { success: true, message: 'Generator resumed successfully', status: 'running' },
  ]);
  expect(lifecycle).toEqual(['stopped', 'running', 'running', 'paused', 'paused', 'running']);
});

test('a run that was stopped is followed by one that numbers its companies on', async () => {
  const { fleet, jobs } = await serve();
  await post(`${fleet}/resume`);
  jobs.started[0]!.status.parts[0]!.totals.emitted = 70;
  await jobs.stop('fleet');
  expect(await json(fetch(`${fleet}/health`))).toMatchObject({ status: 'stopped' });
  expect(await json(post(`${fleet}/resume`))).toMatchObject({ success: true, status: 'running' });
  expect(jobs.started[1]!.status.plan.spec).toMatchObject({ scenario: { first_company: 71 } });
});

test('batches are counted as they are numbered, over the runs that have followed each other; what was cleaned is not there any more', async () => {
  const { fleet, jobs } = await serve();
  await post(`${fleet}/resume`);
  expect(await json(fetch(`${fleet}/health`))).toMatchObject({
    company_generator: { total_batches: 12, last_batch_time: null },
    driver_generator: { total_batches: 24 },
  });
  Object.assign(jobs.started[0]!.status.parts[0]!, { next: 3, totals: { ...noTotals(), batches: 3 } });
  const made = { company_generator: { total_batches: 15, last_batch_time: '2026-01-05T23:10:20.000Z' } };
  expect(await json(fetch(`${fleet}/health`))).toMatchObject(made);
  await post(`${fleet}/pause`);
  expect(await json(fetch(`${fleet}/health`))).toMatchObject({ status: 'paused', ...made });
  await post(`${fleet}/clean`);
  // Of another mode, say: what the sink has kept.
  expect(await json(fetch(`${fleet}/health`))).toMatchObject({
    status: 'cleaned',
    company_generator: { total_batches: 12, last_batch_time: null, idle_seconds: null },
  });
});

test('the same answers below /fleet of the port for everything', async () => {
  const { base } = await serve();
  expect(await json(post(`${base}/fleet/api/resume`))).toMatchObject({ status: 'running' });
  expect(await json(fetch(`${base}/fleet/health`))).toMatchObject({ status: 'running', generation_mode: 'emulated' });
});

test('without Temporal nobody knows, and says so', async () => {
  const { fleet, jobs } = await serve();
  jobs.away = true;
  expect((await fetch(`${fleet}/health`)).status).toBe(503);
  expect((await post(`${fleet}/pause`)).status).toBe(503);
});

test('a clean refuses while it runs, tells what it would delete in any state, and what it has deleted', async () => {
  const { fleet } = await serve();
  await post(`${fleet}/resume`);
  const refused = await post(`${fleet}/clean`);
  expect([refused.status, await refused.json()]).toEqual([
    409,
    { success: false, message: 'Generator is running: pause it before its data is deleted', status: 'running' },
  ]);
  expect(await json(post(`${fleet}/api/clean?dry_run=true`))).toMatchObject({
    success: true,
    message: 'Dry run: nothing was deleted, 1 item would be',
    status: 'running',
    deleted_count: 1,
    skipped_items: ['raw/notes.txt'],
  });
  await post(`${fleet}/pause`);
  expect(await json(post(`${fleet}/clean`))).toEqual({
    success: true,
    message: 'Cleaned: 1 item deleted',
    status: 'cleaned',
    deleted_items: ['raw/companies.jsonl'],
    deleted_count: 1,
    skipped_items: [],
    errors: [],
  });
  expect(await json(post(`${fleet}/clean`))).toMatchObject({ success: true, status: 'cleaned', deleted_count: 0 });
});

test('a dry run that is asked for in the body is refused, and deletes nothing: the query is where it is said', async () => {
  const { fleet } = await serve();
  await post(`${fleet}/resume`);
  await post(`${fleet}/pause`);

  const refused = await fetch(`${fleet}/clean`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dry_run: true }),
  });

  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('dry_run');
  expect(await json(fetch(`${fleet}/status`))).toMatchObject({ status: 'paused' });
});

test.each([
  ['pause', JobEnded],
  ['resume', JobEnded],
  ['clean', NotPaused],
] as const)('%s after which somebody else was quicker is a conflict in the words of the generator, too', async (act, Failure) => {
  const { fleet, jobs } = await serve();
  await post(`${fleet}/resume`);
  if (act !== 'pause') await post(`${fleet}/pause`);
  jobs[act] = async () => {
    await jobs.stop('fleet');
    throw new Failure(await jobs.get('fleet'));
  };

  const answer = await post(`${fleet}/${act}`);

  expect(answer.status).toBe(409);
  expect(await answer.json()).toEqual({ success: false, message: 'Generator is stopped meanwhile: try again', status: 'stopped' });
});
