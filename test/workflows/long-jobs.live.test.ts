/** Hours and days of schedule in seconds: the real workflow on a server that skips time, across several continue-as-new. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

timeSkippingTest('an hour of the emulated fleet is 360 batches of companies and 360 of drivers, each with what it must hold', async () => {
  const handle = await jobs.start({
    scenario: { name: 'fleet', emulated_mode: { enabled: true } },
    sink: { name: 'folders', mode: 'emulated' },
    seed: 42,
    load: { for: 'PT1H' },
  });

  const done = await handle.result();

  const [companies, drivers] = [0, 1].map((stream) => sum(done.parts.filter((part) => part.stream === stream).map(({ totals }) => totals)));
  expect(companies).toMatchObject({ batches: 360, emitted: 3600 });
  expect(drivers?.batches).toBe(360);
  const folders = await readdir(join(jobs.dataDir, 'raw/events'));
  const metas = await Promise.all(
    folders.map(async (id) => JSON.parse(await readFile(join(jobs.dataDir, 'raw/events', id, 'batch_meta.json'), 'utf8')) as BatchMeta),
  );
  expect(metas.map(({ batch_id }) => batch_id).sort()).toEqual(
    ['company', 'driver'].flatMap((kind) => Array.from({ length: 360 }, (_, i) => `${kind}-${String(i + 1).padStart(6, '0')}`)),
  );
  const sizes = metas.filter(({ kind }) => kind === 'driver').map(({ record_count }) => record_count);
  expect(sizes.filter((size) => size < 5 || size > 20)).toEqual([]);
  expect(sizes.reduce((a, b) => a + b, 0)).toBe(drivers?.emitted);
});

interface BatchMeta {
  batch_id: string;
  kind: string;
  record_count: number;
}
