/** The fleet generator as its users have it: a configuration file, `up`, curl, and folders to look at. */
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fleetFolder } from '../support/fleet-stack';
import { until } from '../support/until';

jest.setTimeout(180_000);

const config = (companies: number) => `seed: 42
emulated_mode:
  enabled: true
  company_batch_interval: PT1S
  driver_batch_interval: PT1S
  companies_per_batch: ${String(companies)}
`;

test('a configuration that is wrong ends `up` with exit code 2, all problems named, nothing touched', async () => {
  const { folder, evergen, configure } = await fleetFolder();
  await configure(config(0).replace('PT1S', 'PT0.5S'));

  const refused = evergen('up', '-d');

  await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('must be >= 1 second, got PT0.5S') as string });
  await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('companies_per_batch must be') as string });
  await expect(stat(join(folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' });
});

/** Up at the end of the first test. */
let fleet: Awaited<ReturnType<typeof fleetFolder>>;
beforeAll(async () => {
  fleet = await fleetFolder();
});

test('it starts with the stack, stays paused, begins an era with another configuration, and afresh where its companies were taken away', async () => {
  const { folder, evergen, configure, health, say, batches, rows, numbers } = fleet;
  await configure(config(4));
  await evergen('up', '-d');
  await until(async () => (await health()).driver_generator.total_batches >= 3);
  expect(await health()).toMatchObject({ status: 'running', generation_mode: 'emulated' });

  // A pause survives a restart of everything.
  expect(await say('pause')).toEqual({ success: true, message: 'Generator paused successfully', status: 'paused' });
  const before = await batches();
  const paused = await health();
  await evergen('restart');
  expect(await health()).toMatchObject({ status: 'paused', run_id: paused.run_id });
  expect(await batches()).toEqual(before);

  // Another configuration: a new era, paused as the one before was; numbers go on.
  await configure(config(3));
  await evergen('restart');
  const era = await health();
  const drivers = before.filter((id) => id.startsWith('driver')).length;
  expect(era).toMatchObject({ status: 'paused', driver_generator: { total_batches: drivers } });
  expect(era.run_id > paused.run_id).toBe(true);
  expect(await batches()).toEqual(before);
  expect(await say('api/resume')).toMatchObject({ success: true, status: 'running' });
  await until(async () => (await health()).driver_generator.total_batches >= drivers + 2);
  const all = await rows('companies.jsonl');
  expect(all.map(({ company_id }) => Number(company_id.slice(2)))).toEqual(all.map((_, i) => i + 1));
  const companyBatches = before.filter((id) => id.startsWith('company')).length;
  const next = (kind: string, n: number) => `events/${kind}-${String(n + 1).padStart(6, '0')}`;
  expect(await numbers(`${next('company', companyBatches)}/companies.jsonl`)).toEqual([1, 2, 3].map((i) => companyBatches * 4 + i));
  for (const number of await numbers(`${next('driver', drivers)}/events.jsonl`)) expect(number).toBeGreaterThan(companyBatches * 4);

  // Companies taken away while nothing ran: all begins afresh, though batches are numbered on beside those that are left.
  await evergen('down');
  expect(await evergen('verify', 'fleet')).toContain("the run's own record alone, for the job could not be asked: no stack is running");
  await rm(join(folder, 'data/raw/companies.jsonl'));
  await evergen('up', '-d');
  await until(async () => (await rows('companies.jsonl')).length > 0);
  expect((await health()).run_id > era.run_id).toBe(true);
  expect((await rows('companies.jsonl'))[0]).toMatchObject({ company_id: 'C-000001' });
});

test('what a running job has committed and somebody has deleted is named, also where the record beside the data takes it for never committed', async () => {
  const { folder, evergen, begin } = fleet;
  const hourly = { enabled: true, company_batch_interval: 'PT1H', driver_batch_interval: 'PT1H' };
  const spec = { scenario: { name: 'fleet', emulated_mode: hourly }, sink: { name: 'folders', path: 'apart' } };
  await writeFile(join(folder, 'apart.json'), JSON.stringify({ id: 'apart', ...spec }));
  begin('run', 'apart.json');
  const first = join(folder, 'data/apart/raw/events/driver-000001');
  await until(async () => (await stat(first)).isDirectory(), 60_000);
  // The manifest follows a moment after the batch.
  await until(() => evergen('verify', 'apart').then((said) => said.includes('so far')), 60_000);
  expect(JSON.parse(await evergen('verify', 'apart', '--json'))).toMatchObject({ ok: true, notes: [] });

  await rename(first, join(folder, 'elsewhere'));

  const missing = 'stream drivers: batch folder driver-000001 is missing: the job has committed it';
  await expect(evergen('verify', 'apart')).rejects.toMatchObject({ code: 4, stderr: expect.stringContaining(missing) as string });
});
