/** Commands that ask nobody: `scenarios`, `preview`, and `verify` of what lies on disk. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { scenarios } from '../../src/scenarios';
import { tempFolder } from '../sinks/temp-folder';
import { alter, finishedRun } from '../verify/finished-run';
import { inProcess as evergen } from './in-process';

test('every scenario is listed with its summary', async () => {
  const { out } = await evergen('/nowhere', 'scenarios');

  for (const { name, summary } of scenarios.plugins) expect(out.join('\n')).toMatch(new RegExp(`${name} .*${summary.slice(0, 20)}`));
});

test('a scenario is described field by field, ranges and values included, also where a field depends on another', async () => {
  const { out } = await evergen('/nowhere', 'scenarios', 'crisis');

  expect(out).toContainEqual(expect.stringMatching(/^age +integer +13 … 85$/));
  expect(out).toContainEqual(expect.stringMatching(/^wait_time_sec +integer +0 … 300$/));
  expect(out).toContainEqual(expect.stringMatching(/^channel +string +988_call \| mobile_team \| walk_in \| ER_referral$/));
});

test('a scenario that nobody knows is a slip of the keyboard', async () => {
  expect(await evergen('/nowhere', 'scenarios', 'crsis')).toMatchObject({
    code: 2,
    err: expect.stringContaining("did you mean 'crisis'?") as string,
  });
});

test('a preview is the same events each time, and touches nothing', async () => {
  const words = ['preview', 'crisis', '-n', '3', '--seed', '1', '--start', '2026-01-01T00:00:00Z'];

  const [once, twice] = [await evergen('/nowhere', ...words), await evergen('/nowhere', ...words)];

  expect(once.out).toHaveLength(3);
  expect(JSON.parse(once.out[0] ?? '')).toMatchObject({ event_time_ms: Date.UTC(2026, 0, 1) });
  expect(twice).toEqual(once);
});

test('--sample without --stdout is refused, as a durable job has no samples', async () => {
  expect((await evergen('/nowhere', 'run', 'crisis', '--sample', '5')).code).toBe(2);
});

test.each([
  ['by the id of its job', (): string => 'nightly'],
  ['by its folder', (folder: string): string => folder],
  ["by its job's folder", (folder: string): string => dirname(folder)],
])('a run on disk is verified %s when no stack is up', async (_, name) => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir);

  const { code, out } = await evergen(dataDir, 'verify', name(folder));

  expect(out.at(-1)).toMatch(/^verified: 60 events, [\d,]+ bytes, byte for byte what the specification says$/);
  expect(code).toBe(0);
});

test('of two runs the newest is meant, unless one is named', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir);
  const newer = join(dirname(folder), '20270101T000000.000Z');
  for (const year of [2021, 2020, 2027, 2022, 2024, 2023]) await mkdir(join(dirname(folder), `${String(year)}0101T000000.000Z`));
  await writeFile(join(newer, 'manifest.json'), '{}');

  expect((await evergen(dataDir, 'verify', 'nightly')).err).toContain(newer);
  expect(await evergen(dataDir, 'verify', 'nightly', '--run', '20260105T231000.000Z')).toMatchObject({ code: 0 });
  expect((await evergen(dataDir, 'verify', 'nightly', '--run', '20000101T000000.000Z')).err).toContain('has no run 20000101T000000.000Z');
});

test('damaged data ends with code 4 and a sentence for its cause', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir);
  await alter(folder, 'intakes/00-000000.jsonl', (bytes) => bytes.fill(65, 100, 101));

  const { code, err, out } = await evergen(dataDir, 'verify', 'nightly');
  const json = await evergen(dataDir, 'verify', 'nightly', '--json');

  expect(code).toBe(4);
  expect(err).toMatch(/^not verified: 1 problem\n {2}.*batch 0, event 0 differs/s);
  expect(out.join('\n')).not.toContain('verified:');
  expect(json.code).toBe(4);
  expect(JSON.parse(json.out.join(''))).toMatchObject({ ok: false, job: 'nightly', problems: expect.any(Array) as unknown });
});

test('a job that is not there is a slip of the keyboard, or a folder that was moved', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir);

  expect(await evergen(dataDir, 'verify', 'nightl')).toMatchObject({
    code: 2,
    err: expect.stringContaining("did you mean 'nightly'?") as string,
  });
  await rename(folder, join(dataDir, 'elsewhere'));
  expect(await evergen(dataDir, 'verify', 'nightly')).toMatchObject({ code: 2 });
  expect(await evergen(dataDir, 'verify', 'elsewhere')).toMatchObject({ code: 0 });
});
