/** `evergen distribution` of files and folders, and of jobs whose manifests are kept. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { counted } from '../../src/cli/distribution';
import { tempFolder } from '../sinks/temp-folder';
import { finishedRun } from '../verify/finished-run';
import { inProcess } from './in-process';

const lines = (types: readonly string[]) =>
  types.map((event_type) => JSON.stringify({ event_type, payload: { size: event_type.length } })).join('\n');

test('counts have the form of the original document: one space before the largest, the others as wide, by name', () => {
  expect(
    counted([
      ['customer_health_update', 45],
      ['ib_call_logged', 52],
    ]),
  ).toEqual([' 45 customer_health_update', ' 52 ib_call_logged']);
  expect(
    counted([
      ['a', 7],
      ['b', 103],
    ]),
  ).toEqual(['   7 a', ' 103 b']);
});

test('a file is counted by event_type, or by another field', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'events.jsonl'), `${lines(['b', 'a', 'b'])}\n`);

  expect((await inProcess(folder, 'distribution', 'events.jsonl')).out).toEqual([' 1 a', ' 2 b']);
  expect((await inProcess(folder, 'distribution', 'events.jsonl', '--by', 'payload.size')).out).toEqual([' 3 1']);
  expect((await inProcess(folder, 'distribution', 'events.jsonl', '--json')).out).toEqual(['{\n  "a": 1,\n  "b": 2\n}']);
});

test('what a receiver has kept is counted by the events in it, and what is no event is not passed over in silence', async () => {
  const folder = await tempFolder();
  const kept = ['a', 'b'].map((event_type, i) => JSON.stringify({ sequenceNumber: i + 1, key: `k${String(i)}`, event: { event_type } }));
  await writeFile(join(folder, 'received.jsonl'), [...kept, '{"torn', '{}'].join('\n'));

  expect((await inProcess(folder, 'distribution', 'received.jsonl')).out).toEqual([' 1 (none)', ' 1 (not JSON)', ' 1 a', ' 1 b']);
});

test('a folder is all its files of events, without those that tell of events', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'run', 'events'), { recursive: true });
  for (const name of ['events/00-000000.jsonl', 'events/01-000000.jsonl', 'rejected.jsonl', 'quality_ledger.jsonl', 'manifest.json'])
    await writeFile(join(folder, 'run', name), `${lines(['a'])}\n`);

  expect((await inProcess(folder, 'distribution', 'run')).out).toEqual([' 2 a']);
});

test('a job is counted by what it has committed, wherever that went, also when no stack is up', async () => {
  const dataDir = await tempFolder();
  await finishedRun(dataDir);

  const { out } = await inProcess(dataDir, 'distribution', 'nightly', '--by', 'channel');

  expect(out.map((line) => line.trim().split(' ')[1])).toEqual(['988_call', 'ER_referral', 'mobile_team', 'walk_in']);
  expect(out.reduce((sum, line) => sum + Number(line.trim().split(' ')[0]), 0)).toBe(60);
});

test('what is counted is said beside the counts, as the folder of a job holds all its runs', async () => {
  const dataDir = await tempFolder();
  const folder = await finishedRun(dataDir);
  await cp(folder, join(folder, '..', '20270101T000000.000Z'), { recursive: true });

  const [job, both] = [
    await inProcess(dataDir, 'distribution', 'nightly', '--by', 'channel'),
    await inProcess(dataDir, 'distribution', join(folder, '..'), '--by', 'channel'),
  ];

  expect(job.said).toEqual([expect.stringMatching(/^job nightly, run \S+, 60 emitted$/)]);
  expect(both.said).toEqual([expect.stringContaining(': 12 files in ')]);
  expect(both.said[0]).toContain(basename(folder));
  expect(both.said[0]).toContain('20270101T000000.000Z');
});

test('a field that no event has is wrong input, and those that there are get named', async () => {
  const dataDir = await tempFolder();
  await finishedRun(dataDir);

  expect(await inProcess(dataDir, 'distribution', 'nightly')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^no event has a field event_type: did you mean --by channel\? \(fields: event_id, .*county/) as string,
  });
  expect((await inProcess(dataDir, 'distribution', 'nightly', '--by', 'chanel')).err).toContain('did you mean --by channel?');
});

test('nothing to count is said in words', async () => {
  const folder = await tempFolder();

  expect(await inProcess(folder, 'distribution', 'nightly')).toMatchObject({
    code: 2,
    err: expect.stringContaining('neither a file nor a job nightly') as string,
  });
  expect(await inProcess(folder, 'distribution')).toMatchObject({ code: 2, err: expect.stringContaining('no tutoring job yet') as string });
  expect(await inProcess(folder, 'distribution', '.')).toMatchObject({
    code: 2,
    err: expect.stringContaining('holds no events') as string,
  });
});
