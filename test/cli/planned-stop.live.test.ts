/** A planned stop of the stack is a hold: nothing is late, left out or made twice because of it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root';
import { openRunFolder } from '../../src/sinks/disk/run-folder';
import { manifest } from '../../src/spec/manifest';
import { verify } from '../../src/verify/verify';
import { atEnd } from '../support/cleanup';
import { until } from '../support/until';

jest.setTimeout(120_000);

async function stackFolder() {
  const dataDir = await mkdtemp(join(tmpdir(), 'evergen-planned-'));
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    EVERGEN_PORT: '0',
    CRISIS_PORT: 'off',
    FLEET_PORT: 'off',
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: 'off',
    LOG_FORMAT: 'json',
  };
  const evergen = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [join(packageRoot(), 'dist/src/cli/main.js'), ...args], { env, cwd: dataDir })).stdout;
  atEnd(async () => {
    await evergen('down').catch(() => undefined);
    await rm(dataDir, { recursive: true, force: true });
  });
  const address = async () =>
    (JSON.parse(await readFile(join(dataDir, 'run/up.json'), 'utf8')) as { addresses: { api: string } }).addresses.api;
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${await address()}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  return { dataDir, evergen, call };
}

test('down holds the jobs and the next up lets them go on; a job that an operator has paused stays paused', async () => {
  const { dataDir, evergen, call } = await stackFolder();
  await evergen('up', '-d');
  const spec = { scenario: 'crisis', sink: 'disk', seed: 7, load: { pace: { rate: 20 } } };
  for (const id of ['flows', 'waits']) await call('POST', '/jobs', { ...spec, id });
  await sleep(1500);
  await call('POST', '/jobs/waits/pause');
  await evergen('down');
  await sleep(3000);

  expect(await evergen('up', '-d')).toMatch(/Going on\s+flows\n/);
  await until(async () => (await call('GET', '/jobs/flows'))['state'] === 'running');
  expect((await call('GET', '/jobs/waits'))['state']).toBe('paused');
  await sleep(1500);
  await call('POST', '/jobs/flows/stop');
  await until(async () => (await call('GET', '/jobs/flows'))['state'] === 'stopped');

  const run = (await readdir(join(dataDir, 'jobs/flows')))[0] ?? '';
  const folder = join(dataDir, 'jobs/flows', run);
  await until(async () => (JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { state: string }).state === 'stopped');
  const { plan, timeline } = manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  expect(timeline.map(({ cause }) => cause)).toEqual(['start', 'hold']);
  expect(await verify(plan, timeline, openRunFolder(folder), { complete: false, atRest: true })).toMatchObject({ ok: true });
  const events = (await readFile(join(folder, 'intakes/00-000000.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event_time_ms: number }).event_time_ms);
  const gaps = events.slice(1).map((time, i) => time - (events[i] ?? 0));
  expect(gaps.filter((gap) => gap > 60)).toHaveLength(1);
  expect(Math.max(...gaps)).toBeGreaterThan(3000);
});
