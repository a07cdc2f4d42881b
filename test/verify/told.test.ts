/** A run that goes on: what the job says that it has committed is there, or is named, however far back the record beside the data has gone. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { allMissing, missingOf, type Asking } from '../../src/verify/told';
import { tempFolder } from '../sinks/temp-folder';
import { finishedRun } from './finished-run';

const says =
  (...next: number[]): Asking =>
  async () => ({ parts: next.map((next, shard) => ({ stream: 0, shard, next })) });

test('the folder of the last batch is named when it is gone, though the record takes it for one that was never committed', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir, 'running', 3, 'folders');
  await fs.rm(join(dataDir, 'raw/events/intakes-000003'), { recursive: true });

  const { ok, problems } = await verifyRunFolder(folder, {}, says(3));

  expect({ ok, problems }).toEqual({
    ok: false,
    problems: ['stream intakes: batch folder intakes-000003 is missing: the job has committed it'],
  });
});

test('what a record from a backup knows nothing of is missing, of each shard', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir, 'running', [5, 4]);

  const { problems } = await verifyRunFolder(folder, {}, says(14, 33));

  expect(problems).toEqual([
    'stream intakes, shard 0: batch 10, batch 12 are missing: the job has committed them',
    'stream intakes, shard 1: batch 9, batch 11, batch 13, batch 15, batch 17, batch 19, batch 21, batch 23, batch 25, batch 27 and 2 more are missing: the job has committed them',
  ]);
});

test('also of a run of which not even a record is left', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir, 'running', 2, 'folders');
  await fs.rm(join(dataDir, 'raw'), { recursive: true });

  expect((await verifyRunFolder(folder, {}, says(2))).problems).toEqual([
    'stream intakes: batch 0, batch 1 are missing: the job has committed them',
    'stream intakes: nothing was ever begun here, or it was cleaned',
  ]);
});

test('what was committed since the job was asked is none of its business', async () => {
  const folder = await finishedRun(await tempFolder(), 'running', 5);

  expect(await verifyRunFolder(folder, {}, says(3))).toMatchObject({ ok: true, events: 10, notes: [] });
});

test('a run that has ended is not asked: its manifest says how much there is', async () => {
  const folder = await finishedRun(await tempFolder(), 'stopped', 5);

  expect(await verifyRunFolder(folder, {}, () => Promise.reject(new Error('asked')))).toMatchObject({ ok: true, notes: [] });
});

test('that the job could not be asked is said, and is no fault of the data', async () => {
  const folder = await finishedRun(await tempFolder(), 'running', 2);

  const report = await verifyRunFolder(folder, {}, async () => ({ parts: [], note: 'nobody answers' }));

  expect(report).toMatchObject({ ok: true, notes: ['nobody answers'] });
});

test('a part that the job says nothing of misses nothing', async () => {
  expect(await missingOf([], { stream: 0, shard: 1 }, { shards: 2 }, 1)).toBeNull();
});

test('where nothing is left, the batches of each stream are counted', () => {
  const told = [
    { stream: 0, shard: 0, next: 14 },
    { stream: 0, shard: 1, next: 1 },
    { stream: 1, shard: 0, next: 2 },
    { stream: 1, shard: 1, next: 1 },
    { stream: 2, shard: 0, next: 0 },
  ];

  expect(allMissing(told, [{ name: 'companies' }, { name: 'drivers' }, { name: 'none' }], 2)).toEqual([
    'companies: 7 batches',
    'drivers: 1 batch',
  ]);
});
