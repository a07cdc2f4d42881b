/** What is said to have been resumed goes on, also while a start of the stack lets one run follow another. Over a real server: `test/api/operations.live.test.ts`. */
import { fleetAtStart } from '../../src/jobs/fleet';
import { resumeFleet } from '../../src/jobs/fleet-resume';
import type { Jobs, Snapshot } from '../../src/jobs/jobs';
import { parseJobSpec } from '../../src/spec/job-spec';
import { post, serve, type Api } from '../api/rig';

const source = (seed: number) => ({
  spec: (first_company: number) => parseJobSpec({ id: 'fleet', seed, scenario: { name: 'fleet', first_company }, sink: 'folders' }),
});
const deps = (jobs: Jobs, patienceMs = 500) => ({ jobs, version: '1', now: () => new Date('2026-01-05T23:20:00.000Z'), patienceMs });
const atStart = (jobs: Jobs, seed: number) => fleetAtStart(deps(jobs), source(seed), () => Promise.resolve(true));
const resumed = (jobs: Jobs, seed: number) =>
  resumeFleet(
    deps(jobs, 200),
    () => source(seed),
    () => Promise.resolve(false),
    'http',
  );

async function paused(): Promise<Api['jobs']> {
  const { jobs } = await serve();
  await atStart(jobs, 1);
  await jobs.pause('fleet');
  return jobs;
}

const changed = (jobs: Api['jobs'], changes: Partial<Jobs>): Jobs => Object.assign(Object.create(jobs) as Jobs, changes);
const shown = (snapshot: Snapshot, status: Partial<Snapshot['status']>): Snapshot => ({
  ...snapshot,
  status: { ...snapshot.status, ...status },
});

test('a pause that is taken back while the run ends for another configuration is none of the next run', async () => {
  const jobs = await paused();
  const stop = async (id: string) => {
    expect(await resumed(jobs, 1)).toMatchObject({ how: 'resumed' });
    return jobs.stop(id);
  };

  expect(await atStart(changed(jobs, { stop }), 2)).toMatchObject({ status: { state: 'running', held: false, plan: { seed: 2 } } });
});

test('a start that was killed after it had ended a paused run is made up for by the next one: the pause is still one', async () => {
  const jobs = await paused();
  await jobs.stop('fleet');
  const [ended] = jobs.started;
  const stop = { atMs: 0, action: 'stop' as const, from: null, detail: 'asked for' };

  ended!.status.journal = [{ ...stop, by: 'up' }];
  expect(await atStart(jobs, 2)).toMatchObject({ status: { state: 'paused', plan: { seed: 2 } } });

  // Of what an operator has stopped he wants another one when he starts.
  await jobs.stop('fleet');
  jobs.started[1]!.status.journal = [{ ...stop, by: 'http' }];
  expect(await atStart(jobs, 3)).toMatchObject({ status: { state: 'running', plan: { seed: 3 } } });
});

test('a run that ends is waited for; what follows it paused is resumed', async () => {
  const jobs = await paused();
  let looks = 0;
  const get: Jobs['get'] = async (id) => {
    const snapshot = await jobs.get(id);
    if (looks++ < 2) return shown(snapshot, { state: 'stopping' });
    if (looks === 3) {
      await jobs.stop(id);
      await jobs.start({ ...snapshot.status.plan, run: '20260105T232000.000Z' }, { paused: true });
    }
    return jobs.get(id);
  };

  expect(await resumed(changed(jobs, { get }), 1)).toMatchObject({ how: 'resumed', snapshot: { status: { state: 'running' } } });
  expect(jobs.started.map(({ status }) => status.state)).toEqual(['stopped', 'running']);
});

test('a start of another caller that came first, paused, is resumed', async () => {
  const jobs = await paused();
  await jobs.stop('fleet');
  const start: Jobs['start'] = async (plan) => {
    await jobs.start(plan, { paused: true });
    return jobs.start(plan);
  };

  expect(await resumed(changed(jobs, { start }), 1)).toMatchObject({ how: 'resumed', snapshot: { status: { state: 'running' } } });
});

test('what cannot go on is said not to: a run that does not end, and one that is held again, which is asked once', async () => {
  const jobs = await paused();
  const got = (status: Partial<Snapshot['status']>) => ({ get: async (id: string) => shown(await jobs.get(id), status) });
  let asked = 0;
  const resume = async (id: string) => {
    asked++;
    return jobs.get(id);
  };

  expect(await resumed(changed(jobs, got({ state: 'stopping' })), 1)).toMatchObject({ how: 'ending' });
  expect(await resumed(changed(jobs, { resume }), 1)).toMatchObject({ how: 'held' });
  expect(asked).toBe(1);
});

test('what nobody answers for hears it later, and what only waits for the stack goes on with it', async () => {
  const jobs = await paused();
  const away: Jobs['resume'] = async (id) => ({ ...(await jobs.get(id)), worker: 'away' });
  const standby: Jobs['resume'] = async (id) => shown(await jobs.get(id), { state: 'paused', held: false, standby: true });

  expect(await resumed(changed(jobs, { resume: away }), 1)).toMatchObject({ how: 'resumed' });
  expect(await resumed(changed(jobs, { resume: standby }), 1)).toMatchObject({ how: 'resumed' });
});

test('a pause that a run takes no more because it ends is said not to be in force', async () => {
  const jobs = await paused();
  await jobs.resume('fleet');
  const pause = async (id: string) => shown(await jobs.get(id), { state: 'stopping' });
  const { fleet } = await serve({ jobs: changed(jobs, { pause }) });

  const answer = await post(`${fleet}/pause`);

  expect([answer.status, await answer.json()]).toEqual([
    409,
    { success: false, message: 'Generator is ending its run: pause it when that has ended', status: 'running' },
  ]);
});
