/** Hours and days of schedule in seconds: the real workflow on a server that skips time, across several continue-as-new. */
import { sum } from '../../workflows/ledger';
import { timeSkippingEnvironment, timeSkippingTest } from '../support/time-skipping';
import { rig, skippingClock, type Rig } from './rig';
import { verifyRun } from './verify-run';

jest.setTimeout(120_000);

let jobs: Rig;
beforeAll(async () => {
  jobs = await rig(await timeSkippingEnvironment(), skippingClock, false);
});

timeSkippingTest.each([
  ['60 minutes at 5 events a second', 'memory', { pace: { rate: 5 }, for: 'PT60M' }, 18_000],
  ['60 minutes at 33.3 events a second, in windows', 'memory', { pace: { rate: 33.3 }, for: 'PT60M' }, 119_880],
  ['3 days with a batch of 15 every 10 minutes', 'disk', { pace: { every: 'PT10M', batch_size: 15 }, for: 'PT72H' }, 432 * 15],
  ['3 days with 5 to 20 events every hour', 'disk', { pace: { every: 'PT1H', batch_size: { min: 5, max: 20 } }, for: 'PT72H' }, null],
])('%s end by themselves with exact counts', async (_, sink, load, events) => {
  const handle = await jobs.start({ scenario: 'crisis', sink, seed: 7, load });

  const done = await handle.result();

  const { emitted, batches } = sum(done.parts.map((part) => part.totals));
  if (events !== null) expect(emitted).toBe(events);
  expect(done).toMatchObject({ state: 'completed', reason: null });
  expect(await verifyRun(jobs.dataDir, done)).toMatchObject({ ok: true, problems: [], events: emitted });
  expect(batches).toBeGreaterThan(0);
});

timeSkippingTest('a long job continues as new, several times: its histories stay short', async () => {
  const handle = await jobs.start({ scenario: 'crisis', sink: 'drop', load: { pace: { every: 'PT5M', batch_size: 1 }, for: 'PT12H' } });

  await handle.result();

  expect(await jobs.runsOf(handle)).toBeGreaterThanOrEqual(4);
});
