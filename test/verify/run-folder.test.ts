import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { tempFolder } from '../sinks/temp-folder';
import { alter, alterManifest, finishedRun } from './finished-run';

const FIRST = 'intakes/00-000000.jsonl';
const SECOND = 'intakes/00-000001.jsonl';

test('a run as it was written is verified, each byte of it, also in a copy elsewhere', async () => {
  const folder = await finishedRun(await tempFolder());
  const copy = join(await tempFolder(), 'copy');
  await cp(folder, copy, { recursive: true });

  const report = await verifyRunFolder(copy);

  expect(report).toMatchObject({ ok: true, problems: [], events: 60, state: 'completed' });
  expect(report.parts).toMatchObject([{ stream: 'intakes', batches: 30, events: 60, bytes: report.bytes }]);
});

test('a run that was stopped while a writer could not write is as it must be, and it is said which batches are missing', async () => {
  const level = await verifyRunFolder(await finishedRun(await tempFolder(), 'stopped', [5, 4, 4]));
  const behind = await verifyRunFolder(await finishedRun(await tempFolder(), 'stopped', [5, 2, 4]));

  expect(level).toMatchObject({ ok: true, events: 26, notes: [] });
  expect(behind).toMatchObject({
    ok: true,
    events: 22,
    notes: ['the run ended with batches missing that belong before its last one: intakes 7, 10'],
  });
});

test('a run that was cleaned is told so, in one sentence: nothing is wrong with it, and nothing is left', async () => {
  const folder = await finishedRun(await tempFolder());
  await alterManifest(folder, (manifest) => ({ ...manifest, state: 'cleaned' }));
  await rm(join(folder, 'intakes'), { recursive: true });

  await expect(verifyRunFolder(folder)).rejects.toThrow(
    /^run \S+ of job nightly was cleaned: its data is deleted, there is nothing left to verify$/,
  );
});

const lines = (bytes: Buffer): string[] => bytes.toString('utf8').split('\n');

interface Damage {
  what: string;
  act(folder: string): Promise<unknown>;
  /** What must be said, beside anything else. */
  said: RegExp;
}

const damages: Damage[] = [
  {
    what: 'one bit is flipped',
    act: (folder) => alter(folder, SECOND, (bytes) => bytes.fill((bytes[1000] ?? 0) ^ 1, 1000, 1001)),
    said: /^stream intakes: batch \d+, event [01] differs at byte \d+ of its line \(intakes\/00-000001\.jsonl, byte 1000\): expected .{1,43}, found .{1,43}$/,
  },
  {
    what: 'the manifest says another checksum than the file has',
    act: (folder) =>
      alterManifest(folder, (manifest) => ({
        ...manifest,
        files: manifest.files.map((file) => (file.path === SECOND ? { ...file, sha256: '0'.repeat(64) } : file)),
      })),
    said: /^intakes\/00-000001\.jsonl has sha256 [0-9a-f]{64}, the manifest says [0-9a-f]{64}$/,
  },
  {
    what: 'a file is cut short',
    act: (folder) => alter(folder, FIRST, (bytes) => bytes.subarray(0, -10)),
    said: /^stream intakes: batch \d+, event 1 differs at byte/,
  },
  {
    what: 'the last file is cut short',
    act: async (folder) => alter(folder, await last(folder), (bytes) => bytes.subarray(0, -10)),
    said: /ends at \d+, but \d+ bytes were committed/,
  },
  {
    what: 'a byte is appended, which no record covers',
    act: async (folder) => alter(folder, await last(folder), (bytes) => Buffer.concat([bytes, Buffer.from('\n')])),
    said: /^intakes\/00-\d{6}\.jsonl holds more than the record says was committed$/,
  },
  {
    what: 'a line is dropped',
    act: (folder) => alter(folder, FIRST, (bytes) => lines(bytes).toSpliced(3, 1).join('\n')),
    said: /^stream intakes: batch 1, event 1 differs at byte/,
  },
  {
    what: 'two batches have changed places',
    act: (folder) =>
      alter(folder, FIRST, (bytes) => {
        const [a, b, c, d, ...rest] = lines(bytes);
        return [c, d, a, b, ...rest].join('\n');
      }),
    said: /^stream intakes: batch 0, event 0 differs at byte/,
  },
  {
    what: 'a file of somebody else lies among the data',
    act: (folder) => writeFile(join(folder, 'intakes', '00-000099.jsonl'), '{}\n'),
    said: /^intakes\/00-000099\.jsonl holds more than the record says was committed$/,
  },
  {
    what: 'a data file is gone',
    act: (folder) => rm(join(folder, SECOND)),
    said: /00-000001\.jsonl is gone$/,
  },
  {
    what: 'the record is gone',
    act: (folder) => rm(join(folder, '.writer', 'intakes-00', 'record.json')),
    said: /^stream intakes: nothing was ever begun here, or it was cleaned$/,
  },
  {
    what: 'the record counts other events than there are',
    act: (folder) => alter(folder, '.writer/intakes-00/record.json', (bytes) => bytes.toString().replace('"emitted":60', '"emitted":61')),
    said: /^stream intakes: the record counts 30 batches, 61 events, \d+ bytes; a recount says 30 batches, 60 events/,
  },
  {
    what: "the manifest's seed was edited where people read it",
    act: (folder) => alterManifest(folder, (manifest) => ({ ...manifest, seed: 43 })),
    said: /^the manifest contradicts itself: its seed is 43 here and 42 there$/,
  },
  {
    what: "the manifest's seed was edited everywhere",
    act: (folder) =>
      alterManifest(folder, ({ plan, ...manifest }) => {
        const spec = { ...(plan.spec as object), seed: 43 };
        return { ...manifest, seed: 43, spec, plan: { ...plan, seed: 43, spec } };
      }),
    said: /^stream intakes: batch 0, event 0 differs at byte/,
  },
  {
    what: "the manifest's start was edited",
    act: (folder) => alterManifest(folder, (manifest) => ({ ...manifest, start: '2026-01-01T00:00:01.000Z' })),
    said: /its start is "2026-01-01T00:00:01.000Z" here and "2026-01-01T00:00:00.000Z" there/,
  },
  {
    what: 'the numbers of the plan are not those of its specification',
    act: (folder) =>
      alterManifest(folder, ({ plan, ...manifest }) => {
        const [stream] = plan.streams;
        const limits = { forUs: null, events: null, batches: 31 };
        return { ...manifest, plan: { ...plan, streams: [{ ...stream, limits }] } };
      }),
    said: /^the manifest contradicts itself: its streams is /,
  },
  {
    what: 'the manifest counts other events than there are',
    act: (folder) => alterManifest(folder, (manifest) => ({ ...manifest, events: 61 })),
    said: /^the manifest counts 61 events, the data that agrees 60$/,
  },
  {
    what: 'the manifest lacks a file',
    act: (folder) => alterManifest(folder, (manifest) => ({ ...manifest, files: manifest.files.slice(1) })),
    said: /^intakes\/00-000000\.jsonl is not in the manifest$/,
  },
  {
    what: 'the manifest lists a file that is not there',
    act: (folder) =>
      alterManifest(folder, (manifest) => ({
        ...manifest,
        files: [...manifest.files, { path: 'intakes/9.jsonl', bytes: 1, sha256: 'x' }],
      })),
    said: /^intakes\/9\.jsonl is in the manifest, but it is not a data file of this run$/,
  },
];

test.each(damages)('it is found and named when $what', async ({ act, said }) => {
  const folder = await finishedRun(await tempFolder());
  await act(folder);

  const { ok, problems } = await verifyRunFolder(folder);

  expect(ok).toBe(false);
  expect(problems).toContainEqual(expect.stringMatching(said));
});

test.each([
  ['a bit is flipped', (folder: string) => alter(folder, SECOND, (bytes) => bytes.fill((bytes[1000] ?? 0) ^ 1, 1000, 1001))],
  ['a data file is gone', (folder: string) => rm(join(folder, SECOND))],
  ['the last file is cut short', async (folder: string) => alter(folder, await last(folder), (bytes) => bytes.subarray(0, -10))],
])('one cause is one problem, not a list of what follows from it: %s', async (_, act) => {
  const folder = await finishedRun(await tempFolder());
  await act(folder);

  expect((await verifyRunFolder(folder)).problems).toHaveLength(1);
});

test('a run that ended by itself must hold every batch of its schedule', async () => {
  const folder = await finishedRun(await tempFolder(), 'completed', 20);

  expect((await verifyRunFolder(folder)).problems).toEqual(['stream intakes: batches from 20 on are missing: the schedule has 30']);
});

test('a run that was stopped may hold fewer, as nobody promised more', async () => {
  const folder = await finishedRun(await tempFolder(), 'stopped', 20);

  expect(await verifyRunFolder(folder)).toMatchObject({ ok: true, events: 40 });
});

test('of a run that goes on what is committed counts, not what a writer is just adding', async () => {
  const folder = await finishedRun(await tempFolder(), 'running', 20);
  await alter(folder, await last(folder), (bytes) => Buffer.concat([bytes, Buffer.from('{"event_id":"half')]));

  expect(await verifyRunFolder(folder)).toMatchObject({ ok: true, events: 40, state: 'running' });
});

test('a folder without a manifest, or with one that is none, is refused with its path', async () => {
  const folder = await tempFolder();
  await expect(verifyRunFolder(folder)).rejects.toThrow(`${folder} holds no manifest.json`);

  await writeFile(join(folder, 'manifest.json'), '{"format": 2}');
  await expect(verifyRunFolder(folder)).rejects.toThrow(`${join(folder, 'manifest.json')} is not a manifest of this evergen`);
});

async function last(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'intakes'));
  return `intakes/${names.sort().at(-1) ?? ''}`;
}
