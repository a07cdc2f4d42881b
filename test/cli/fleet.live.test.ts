/** The fleet generator as its users have it: a configuration file, `up`, curl, and folders to look at. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { atEnd } from '../support/cleanup';
import { until } from '../support/until';

jest.setTimeout(180_000);

const config = (companies: number) => `seed: 42
emulated_mode:
  enabled: true
  company_batch_interval: PT1S
  driver_batch_interval: PT1S
  companies_per_batch: ${String(companies)}
`;

interface Health {
  status: string;
  generation_mode: string;
  company_generator: { total_batches: number };
  driver_generator: { total_batches: number };
  run_id: string;
}

async function fleetFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'evergen-fleet-'));
  const env = { ...process.env, EVERGEN_PORT: 'off', CRISIS_PORT: 'off', FLEET_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: 'off' };
  const main = join(packageRoot(), 'dist/src/cli/main.js');
  const evergen = async (...args: string[]) => (await promisify(execFile)(process.execPath, [main, ...args], { env, cwd: folder })).stdout;
  atEnd(async () => {
    await evergen('down');
    await rm(folder, { recursive: true, force: true });
  });
  await mkdir(join(folder, 'src/config'), { recursive: true });
  const address = async () => {
    const record = JSON.parse(await readFile(join(folder, 'data/run/up.json'), 'utf8')) as { addresses: { fleet: string } };
    return record.addresses.fleet;
  };
  const rows = async (path: string) =>
    (await readFile(join(folder, 'data/raw', path), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { company_id: string });
  return {
    folder,
    evergen,
    configure: (text: string) => writeFile(join(folder, 'src/config/config.active.yaml'), text),
    health: async () => (await (await fetch(`${await address()}/api/health`)).json()) as Health,
    say: async (action: string) =>
      (await (await fetch(`${await address()}/${action}`, { method: 'POST' })).json()) as Record<string, unknown>,
    batches: async () => (await readdir(join(folder, 'data/raw/events'))).sort(),
    rows,
    numbers: async (path: string) => [...new Set((await rows(path)).map(({ company_id }) => Number(company_id.slice(2))))],
  };
}

test('a configuration that is wrong ends `up` with exit code 2, all problems named, nothing touched', async () => {
  const { folder, evergen, configure } = await fleetFolder();
  await configure(config(0).replace('PT1S', 'PT0.5S'));

  const refused = evergen('up', '-d');

  await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('must be >= 1 second, got PT0.5S') as string });
  await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('companies_per_batch must be') as string });
  await expect(stat(join(folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('it starts with the stack, stays paused, begins an era with another configuration, and afresh where its companies were taken away', async () => {
  const { folder, evergen, configure, health, say, batches, rows, numbers } = await fleetFolder();
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
  expect(era).toMatchObject({ status: 'paused', driver_generator: { total_batches: 0 } });
  expect(era.run_id > paused.run_id).toBe(true);
  expect(await batches()).toEqual(before);
  expect(await say('api/resume')).toMatchObject({ success: true, status: 'running' });
  await until(async () => (await health()).driver_generator.total_batches >= 2);
  const all = await rows('companies.jsonl');
  expect(all.map(({ company_id }) => Number(company_id.slice(2)))).toEqual(all.map((_, i) => i + 1));
  const companyBatches = before.filter((id) => id.startsWith('company')).length;
  const driverBatches = before.filter((id) => id.startsWith('driver')).length;
  const next = (kind: string, n: number) => `events/${kind}-${String(n + 1).padStart(6, '0')}`;
  expect(await numbers(`${next('company', companyBatches)}/companies.jsonl`)).toEqual([1, 2, 3].map((i) => companyBatches * 4 + i));
  for (const number of await numbers(`${next('driver', driverBatches)}/events.jsonl`)) expect(number).toBeGreaterThan(companyBatches * 4);

  // Companies taken away while nothing ran: all begins afresh, though batches are numbered on beside those that are left.
  await evergen('down');
  await rm(join(folder, 'data/raw/companies.jsonl'));
  await evergen('up', '-d');
  await until(async () => (await health()).company_generator.total_batches >= 1);
  expect((await health()).run_id > era.run_id).toBe(true);
  expect((await rows('companies.jsonl'))[0]).toMatchObject({ company_id: 'C-000001' });
});
