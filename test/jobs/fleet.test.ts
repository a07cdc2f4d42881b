/** What a start of the stack makes of the fleet's run that it finds; with real servers and kills in `test/chaos/fleet.live.test.ts`. */
import { fleetAtStart } from '../../src/jobs/fleet';
import type { Jobs, Snapshot } from '../../src/jobs/jobs';
import { parseJobSpec } from '../../src/spec/job-spec';
import { post, serve, type Api } from '../api/rig';

const source = (seed: number) => ({
  spec: (first_company: number) => parseJobSpec({ id: 'fleet', seed, scenario: { name: 'fleet', first_company }, sink: 'folders' }),
});
const started = (jobs: Jobs, seed: number, whole = true) =>
  fleetAtStart({ jobs, version: '1', now: () => new Date('2026-01-05T23:20:00.000Z'), patienceMs: 500 }, source(seed), () =>
    Promise.resolve(whole),
  );

/** A run that makes companies, paused. */
async function paused(): Promise<Api['jobs']> {
  const { jobs } = await serve();
  await started(jobs, 1);
  jobs.started[0]!.status.parts[0]!.totals.emitted = 70;
  await jobs.pause('fleet');
  return jobs;
}

/** The same jobs; the next looks show them like that, then as they are. */
function seen(jobs: Api['jobs'], ...first: ((snapshot: Snapshot) => Snapshot)[]): Jobs {
  const get: Jobs['get'] = async (id, run) => {
    const snapshot = await jobs.get(id, run);
    return first.shift()?.(snapshot) ?? snapshot;
  };
  return Object.assign(Object.create(jobs) as Jobs, { get });
}

test('a pause stays one with another configuration, also when at first no worker says that there is one', async () => {
  const jobs = await paused();
  const nobody = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    worker: 'away',
    status: { ...snapshot.status, held: false, parts: [] },
  });

  expect(await started(seen(jobs, nobody, nobody), 2)).toMatchObject({ status: { state: 'paused', held: true, plan: { seed: 2 } } });
  expect(jobs.started[1]!.status.plan.spec).toMatchObject({ scenario: { first_company: 71 } });
});

test('a run that does not end keeps the next one from starting, and is not told to pause in its place', async () => {
  const jobs = await paused();
  const lasting = Object.assign(seen(jobs), { stop: (id: string) => jobs.get(id) });

  await expect(started(lasting, 2)).rejects.toThrow(/^run \S+ has not ended yet: restart, or POST \/resume when it has ended$/);
  expect(jobs.started).toHaveLength(1);
});

const cleanAskedFor = (snapshot: Snapshot): Snapshot => {
  const { status } = snapshot;
  return { ...snapshot, status: { ...status, journal: [{ atMs: 0, action: 'clean', by: 'http', from: null, detail: 'asked for' }] } };
};

test('a clean that was under way comes to its end, and all begins afresh and runs, as after a clean that had ended', async () => {
  const jobs = await paused();
  const looked = seen(jobs, cleanAskedFor, cleanAskedFor, (snapshot) => {
    void jobs.clean('fleet');
    return cleanAskedFor(snapshot);
  });

  expect(await started(looked, 1, false)).toMatchObject({ status: { state: 'running', plan: { seed: 1 } } });
  expect(jobs.started.map(({ status }) => status.state)).toEqual(['cleaned', 'running']);
  expect(jobs.started[1]!.status.plan.spec).toMatchObject({ scenario: { first_company: 1 } });
});

test('a clean that could not delete everything leaves the run paused', async () => {
  const jobs = await paused();

  expect(await started(seen(jobs, cleanAskedFor), 1, false)).toMatchObject({ status: { state: 'paused' } });
  expect(jobs.started).toHaveLength(1);
});

test('while it is being cleaned a resume is refused, and says why', async () => {
  const { fleet } = await serve({ jobs: seen(await paused(), cleanAskedFor) });

  const answer = await post(`${fleet}/resume`);

  expect([answer.status, await answer.json()]).toEqual([
    409,
    { success: false, message: 'Generator is being cleaned: resume it when that has ended', status: 'paused' },
  ]);
});
