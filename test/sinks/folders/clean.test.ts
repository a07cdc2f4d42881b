/** What a clean of batch folders deletes, and what it leaves and names. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { noTotals } from '../../../workflows/ledger';
import type { Files } from '../../../src/sinks/disk/files';
import { createFolders } from '../../../src/sinks/folders';
import type { PartAddress, Sink } from '../../../src/sinks/sink';
import { batchesOf, bytesOf } from '../batches';
import { commitAll, readAll } from '../conformance';
import { Parked, quickFiles } from '../stepped-files';
import { tempFolder } from '../temp-folder';

type Mode = 'production' | 'emulated';
const over = (dataDir: string, mode: Mode = 'emulated', files: Files = quickFiles): Sink => createFolders({ mode }, { dataDir }, files);
const partsOf = (run: number): PartAddress[] =>
  ['companies', 'drivers'].map((stream) => ({ job: 'fleet', run: `20260105T23100${String(run)}.000Z`, stream, shard: 0, shards: 1 }));

/** A run of both streams with so many batches each. */
async function made(dataDir: string, run: number, batches: number, mode: Mode = 'emulated'): Promise<PartAddress[]> {
  const parts = partsOf(run);
  for (const part of parts) {
    const writer = over(dataDir, mode).open({ part, generation: 1, create: true, known: { next: 0, totals: noTotals() } });
    await writer.committed();
    await writer.raise();
    await commitAll(writer, part, batches);
    await writer.close();
  }
  return parts;
}

const ours = [
  'manifests/batch_manifest.json',
  'manifests/company.json',
  'manifests/driver.json',
  'manifests/seeds/20260105T231001.000Z.json',
  'raw/companies.jsonl',
  'raw/events/company-000001',
  'raw/events/company-000002',
  'raw/events/driver-000001',
  'raw/events/driver-000002',
];

/** All files but the records. */
const left = async (dataDir: string): Promise<string[]> => {
  const all = await fs.readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name).slice(dataDir.length + 1));
  return files.filter((name) => !name.includes('.writer')).sort();
};

it('deletes what the manifests list, names it, and is harmless when repeated', async () => {
  const dataDir = await tempFolder();
  const parts = await made(dataDir, 1, 2);
  await fs.mkdir(join(dataDir, 'manifests/logs'));
  for (const name of ['manifests/lifecycle.json', 'manifests/logs/today']) await fs.writeFile(join(dataDir, name), 'stays');

  const foretold = await over(dataDir).survey?.(parts);
  const before = await left(dataDir);
  const first = await over(dataDir).clean?.(parts, 2);
  const second = await over(dataDir).clean?.(parts, 2);

  expect(before).toHaveLength(15);
  expect(foretold).toEqual({ deleted: ours, skipped: [], errors: [], over: true });
  expect(first).toEqual(foretold);
  expect(second).toEqual({ deleted: [], skipped: [], errors: [], over: true });
  expect(await left(dataDir)).toEqual(['manifests/lifecycle.json', 'manifests/logs/today']);
});

it('lets the next run begin with number 1', async () => {
  const dataDir = await tempFolder();
  await over(dataDir).clean?.(await made(dataDir, 1, 2), 2);

  const parts = await made(dataDir, 2, 1);

  expect((await fs.readdir(join(dataDir, 'raw/events'))).sort()).toEqual(['company-000001', 'driver-000001']);
  expect(await readAll(over(dataDir), parts[0]!)).toBe(bytesOf(batchesOf(parts[0]!, 1)));
});

it('ends as one that was not disturbed wherever it was killed and repeated, and deletes nothing of a later run when it was only stopped and goes on', async () => {
  for (let k = 0; ; k++) {
    const dataDir = await tempFolder();
    const parts = await made(dataDir, 1, 2);
    const parked = new Parked(k);
    const { done, outcome } = await parked.run(async (files) => over(dataDir, 'emulated', files).clean?.(parts, 2));
    if (done) break;
    const when = `${String(k)}, ${parked.before.replaceAll(dataDir, '')}`;
    await over(dataDir).clean?.(parts, 2);
    // Killed there instead of stopped, it would have been the same until now.
    expect({ when, left: await left(dataDir) }).toEqual({ when, left: [] });
    const later = await made(dataDir, 2, 2);
    const before = await left(dataDir);

    await outcome();

    expect({ when, left: await left(dataDir) }).toEqual({ when, left: before });
    expect(await readAll(over(dataDir), later[1]!)).toBe(bytesOf(batchesOf(later[1]!, 2)));
  }
}, 60_000);

describe('what evergen did not write', () => {
  it('stays where it is and is named: files, links, folders in the place of files', async () => {
    const dataDir = await tempFolder();
    const outside = await tempFolder();
    const parts = await made(dataDir, 1, 2);
    await fs.writeFile(join(outside, 'precious'), 'mine');
    const at = (path: string) => join(dataDir, path);
    await fs.writeFile(at('raw/notes.txt'), 'mine');
    await fs.writeFile(at('raw/events/driver-000001/notes.txt'), 'mine');
    await fs.symlink(outside, at('raw/events/elsewhere'));
    await fs.rm(at('raw/events/company-000002'), { recursive: true });
    await fs.symlink(outside, at('raw/events/company-000002'));
    await fs.rm(at('raw/companies.jsonl'));
    await fs.mkdir(at('raw/companies.jsonl'));
    await fs.writeFile(at('raw/companies.jsonl/precious'), 'mine');

    const foretold = await over(dataDir).survey?.(parts);
    const cleaned = await over(dataDir).clean?.(parts, 2);

    const skipped = [
      'raw/companies.jsonl',
      'raw/events/company-000002',
      'raw/events/driver-000001',
      'raw/events/driver-000001/notes.txt',
      'raw/events/elsewhere',
      'raw/notes.txt',
    ];
    expect(foretold?.skipped).toEqual(expect.arrayContaining(skipped.filter((path) => path !== 'raw/events/driver-000001')));
    expect(cleaned).toMatchObject({ skipped, errors: [], over: true });
    expect(cleaned?.deleted).toContain('raw/events/driver-000001/events.jsonl');
    expect(await left(dataDir)).toEqual([
      'raw/companies.jsonl/precious',
      'raw/events/company-000002',
      'raw/events/driver-000001/notes.txt',
      'raw/events/elsewhere',
      'raw/notes.txt',
    ]);
    expect(await fs.readdir(outside)).toEqual(['precious']);
  });

  it('is also a folder that only has the name of a batch', async () => {
    const dataDir = await tempFolder();
    const parts = await made(dataDir, 1, 2);
    await fs.rm(join(dataDir, 'raw/events/driver-000001/batch_meta.json'));

    const cleaned = await over(dataDir).clean?.(parts, 2);

    expect(cleaned?.skipped).toEqual(['raw/events/driver-000001']);
    expect(await left(dataDir)).toEqual(['raw/events/driver-000001/events.jsonl']);
  });
});

describe('by mode', () => {
  it('deletes an earlier run and leaves the one in hand, which goes on', async () => {
    const dataDir = await tempFolder();
    await made(dataDir, 1, 2, 'production');
    const parts = await made(dataDir, 2, 2, 'emulated');

    const cleaned = await over(dataDir).clean?.(parts, 5, 'production');

    expect(cleaned).toMatchObject({ over: false, skipped: [], errors: [] });
    expect((await fs.readdir(join(dataDir, 'raw/events'))).sort()).toEqual(
      ['company', 'driver'].flatMap((kind) => [3, 4].map((n) => `${kind}-00000${String(n)}`)),
    );
    const writer = over(dataDir).open({ part: parts[0]!, generation: 5, create: false, known: { next: 2, totals: noTotals() } });
    expect((await writer.committed()).next).toBe(2);
    await commitAll(writer, parts[0]!, 3, [1], 2);
    await writer.close();
    expect(await fs.readFile(join(dataDir, 'raw/companies.jsonl'), 'utf8')).toBe(bytesOf(batchesOf(parts[0]!, 3)));
  });

  it('deletes the run in hand and leaves the earlier one', async () => {
    const dataDir = await tempFolder();
    const [companies] = await made(dataDir, 1, 2, 'production');
    const parts = await made(dataDir, 2, 2, 'emulated');

    const cleaned = await over(dataDir).clean?.(parts, 5, 'emulated');

    expect(cleaned).toMatchObject({ over: true });
    expect(await readAll(over(dataDir), companies!)).toBe(bytesOf(batchesOf(companies!, 2)));
    expect(await fs.readFile(join(dataDir, 'raw/companies.jsonl'), 'utf8')).toBe(bytesOf(batchesOf(companies!, 2)));
    expect(JSON.parse(await fs.readFile(join(dataDir, 'manifests/batch_manifest.json'), 'utf8'))).toMatchObject({
      batches: 4,
      modes: ['production'],
    });
    expect(await over(dataDir).read?.(parts[0]!)).toBeNull();
  });
});

it('of one mode leaves no record where there is none: the first settle still begins the run, and whoever comes later finds that progress is gone', async () => {
  const dataDir = await tempFolder();
  const parts = partsOf(1);
  const opening = { part: parts[0]!, generation: 3, known: { next: 0, totals: noTotals() } };

  const cleaned = await over(dataDir, 'production').clean?.(parts, 2, 'emulated');

  expect(cleaned).toMatchObject({ deleted: [], over: false });
  await expect(
    over(dataDir, 'production')
      .open({ ...opening, create: false })
      .committed(),
  ).rejects.toMatchObject({ code: 'LOST_PROGRESS' });
  const first = over(dataDir, 'production').open({ ...opening, create: true });
  await first.committed();
  await commitAll(first, parts[0]!, 1);
  await first.close();
  const meta: unknown = JSON.parse(await fs.readFile(join(dataDir, 'raw/events/company-000001/batch_meta.json'), 'utf8'));
  expect(meta).toMatchObject({ mode: 'production' });
});
