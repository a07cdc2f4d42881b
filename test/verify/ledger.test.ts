import { createReadStream } from 'node:fs';
import { rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LEDGER } from '../../src/spec/generation';
import { manifest, MANIFEST } from '../../src/spec/manifest';
import { ledgerProblem } from '../../src/verify/ledger';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { tempFolder } from '../sinks/temp-folder';
import { alter, finishedRun } from './finished-run';

const run = async (state: 'completed' | 'running' = 'completed') =>
  finishedRun(await tempFolder(), state, 30, 'disk', { corruption_rate: 0.5 });
const rows = (bytes: Buffer): string[] => bytes.toString().split(/(?<=\n)/);

test('a run with quality is verified together with its ledger, which has a row for each corrupted event', async () => {
  const folder = await run();
  const ledger = rows(await readFile(join(folder, LEDGER))).map((row) => JSON.parse(row) as { batch: number });

  expect(await verifyRunFolder(folder)).toMatchObject({ ok: true, problems: [], events: 60 });
  expect(ledger.length).toBeGreaterThan(15);
  expect(ledger.map(({ batch }) => batch)).toEqual(ledger.map(({ batch }) => batch).sort((a, b) => a - b));
});

test.each<[what: string, act: (bytes: Buffer) => string, said: RegExp]>([
  [
    'a row is missing',
    (bytes) => rows(bytes).toSpliced(4, 1).join(''),
    /^quality_ledger.jsonl, line 5 \(batch \d+\): expected {"batch":.*, found {"batch":/,
  ],
  ['a row is there twice', (bytes) => rows(bytes).toSpliced(4, 0, rows(bytes)[3]!).join(''), /^quality_ledger.jsonl, line 5 /],
  ['an original is another', (bytes) => bytes.toString().replace('"original":', '"original":0'), /^quality_ledger.jsonl, line 1 /],
  ['it ends too early', (bytes) => rows(bytes).slice(0, -1).join(''), /^quality_ledger.jsonl, line \d+ .* ends too early$/],
  ['it goes on', (bytes) => `${bytes.toString()}{}`, /^quality_ledger.jsonl goes on after line \d+, its last one$/],
])('a ledger that is wrong is told at its line: %s', async (_, act, said) => {
  const folder = await run();
  await alter(folder, LEDGER, (bytes) => Buffer.from(act(bytes)));

  const { ok, problems } = await verifyRunFolder(folder);

  expect([ok, problems]).toEqual([false, [expect.stringMatching(said)]]);
});

test('a run whose data lies elsewhere is held against its ledger in the same way', async () => {
  const folder = await run();
  const { plan, timeline, streams } = manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  const problem = () => ledgerProblem(plan, timeline, streams, createReadStream(join(folder, LEDGER)));

  expect(await problem()).toBeNull();
  await alter(folder, LEDGER, (bytes) => rows(bytes).slice(1).join(''));
  expect(await problem()).toMatch(/^quality_ledger.jsonl, line 1 /);
});

test('a ledger that is gone is missed once the run has ended, and not before', async () => {
  const [ended, running] = [await run(), await run('running')];
  await Promise.all([ended, running].map((folder) => rm(join(folder, LEDGER))));

  expect(await verifyRunFolder(ended)).toMatchObject({ ok: false, problems: ['quality_ledger.jsonl is missing'] });
  expect(await verifyRunFolder(running)).toMatchObject({ ok: true });
});

test('where the data differs, only that is said: the ledger of other data cannot agree', async () => {
  const folder = await run();
  await alter(folder, 'intakes/00-000000.jsonl', (bytes) => bytes.fill((bytes[100] ?? 0) ^ 1, 100, 101));

  const { problems } = await verifyRunFolder(folder);

  expect(problems[0]).toMatch(/differs at byte 100/);
  expect(problems.filter((problem) => problem.startsWith(LEDGER))).toEqual([]);
});
