/** kill -9 of everything at once, over the life of one fleet: in a run, in a pause, at a change of its configuration, in a clean. Its files are read by a stranger. */
import { setTimeout as sleep } from 'node:timers/promises';
import { random } from '../model/random';
import { readFleet } from '../support/fleet-files';
import { fleetFolder, type Health } from '../support/fleet-stack';
import { until } from '../support/until';

/** Kills of each sort; as many as one has patience for: CHAOS_KILLS=10. */
const KILLS = Number(process.env['CHAOS_KILLS'] ?? 1);
const SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1e6));
const BACKLOG = 60;
/** For what comes by itself, on a machine that has other work, too. */
const PATIENCE_MS = 60_000;
const between = (
  (draw) => (from: number, until: number) =>
    from + draw() * (until - from)
)(random(SEED));

jest.setTimeout(60_000 + KILLS * 120_000);

let fleet: Awaited<ReturnType<typeof fleetFolder>>;
beforeAll(async () => {
  process.stderr.write(`chaos of the fleet: CHAOS_SEED=${String(SEED)} CHAOS_KILLS=${String(KILLS)}\n`);
  fleet = await fleetFolder();
});

/** A minute of batches is due at once: so many that a clean takes a while. */
const config = (companies: number) => `seed: 42
start: ${new Date(Date.now() - BACKLOG * 1000).toISOString()}
emulated_mode:
  enabled: true
  company_batch_interval: PT1S
  driver_batch_interval: PT1S
  companies_per_batch: ${String(companies)}
quality_injection:
  enabled: true
`;

const driven = (health: Health) => health.driver_generator.total_batches;
const goesOn = async () => {
  const before = driven(await fleet.health());
  await until(async () => driven(await fleet.health()) > before, PATIENCE_MS);
};

/** Kills what there is: at least the four processes of a stack, where it was up. */
async function kill(atLeast = 4): Promise<void> {
  expect(await fleet.killEverything()).toBeGreaterThanOrEqual(atLeast);
}

/** Pauses, and holds the files against each other. */
async function pauseAndRead() {
  await until(async () => (await fleet.say('pause'))['success'] === true, PATIENCE_MS);
  await until(() => fleet.settled(), PATIENCE_MS);
  const files = await readFleet(fleet.dataDir);
  expect(files.problems).toEqual([]);
  return files;
}

test('killed at random moments of a run, its batches have no gap, none is there in part, and the manifests count what is there', async () => {
  await fleet.configure(config(4));
  await fleet.evergen('up', '-d');
  for (let i = 0; i < KILLS; i++) {
    await sleep(between(0, 3000));
    await kill();
    await fleet.evergen('up', '-d');
    await goesOn();
  }

  const { drivers } = await pauseAndRead();
  expect(drivers.length).toBeGreaterThan(2);
});

test('killed in a pause it stays paused, and the schedule waits for as long as the pause lasts', async () => {
  for (let i = 0; i < KILLS; i++) {
    const { drivers, companies } = await pauseAndRead();
    const pausedAt = Date.now();
    await sleep(between(0, 1000));
    await kill();
    // Every second time with another configuration: then it is the next run that is paused.
    if (i % 2 === 1) await fleet.configure(config(5));
    await fleet.evergen('up', '-d');
    await until(async () => (await fleet.health()).status === 'paused' && (await fleet.settled()), PATIENCE_MS);
    await sleep(1200);
    expect(await fleet.batches()).toHaveLength(drivers.length + companies.length);
    const resumedAt = Date.now();
    expect(await fleet.say('resume')).toMatchObject({ status: 'running' });
    await goesOn();

    const after = await pauseAndRead();
    const dues = [...after.drivers, ...after.companies].map(({ meta }) => Date.parse(meta.scheduled_at));
    if (i % 2 === 0) expect(dues.filter((due) => due > pausedAt && due < resumedAt)).toEqual([]);
    await fleet.say('resume');
  }
});

test('killed while another configuration takes over, the next start has it, in runs that begin with companies of their own', async () => {
  for (let i = 0; i < KILLS; i++) {
    const before = await pauseAndRead();
    await fleet.say('resume');
    await goesOn();
    await fleet.configure(config(i % 2 === 0 ? 3 : 4));
    fleet.begin('restart');
    await sleep(between(0, 4000));
    await kill(1);
    await fleet.evergen('up', '-d');
    await goesOn();

    const { companies } = await pauseAndRead();
    expect(companies.length).toBeGreaterThan(before.companies.length);
    expect(companies.at(-1)?.lines).toHaveLength(i % 2 === 0 ? 3 : 4);
    await fleet.say('resume');
  }
});

test('killed in the middle of a clean, the clean goes on to its end, and what follows begins with number 1', async () => {
  for (let i = 0; i < KILLS; i++) {
    await until(async () => driven(await fleet.health()) >= BACKLOG, PATIENCE_MS);
    await pauseAndRead();
    const made = (await fleet.batches()).length;
    const left = between(0, made);
    void fleet.say('clean').catch(() => undefined);
    await until(async () => (await fleet.batches()).length <= left, PATIENCE_MS);
    await kill();
    await fleet.evergen('up', '-d');
    // Whether the clean had ended before the kill or goes on now: when it is over, all begins afresh.
    await until(async () => (await fleet.health()).status === 'running', PATIENCE_MS);
  }
  await until(async () => driven(await fleet.health()) >= BACKLOG, PATIENCE_MS);
  await pauseAndRead();
});
