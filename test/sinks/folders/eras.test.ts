/** Runs of one job follow each other in one place: their numbers, what the later one knows of the earlier, and what it does when somebody has deleted by hand. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { earlierBatches } from '../../../src/sinks/folders';
import { Superseded } from '../../../src/sinks/sink';
import { batchesOf, bytesOf } from '../batches';
import { readAll } from '../conformance';
import { tempFolder } from '../temp-folder';
import { fileIn, json, names, partOf, runName, SEED, sinkOf, write } from './fleet-run';

describe('a run that follows another', () => {
  it('goes on with the numbers and the file of all companies, and both can be read', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir, mode: 'production' }, partOf('companies', 1), 3);
    await write({ dataDir, mode: 'emulated' }, partOf('companies', 2), 2);
    const both = [bytesOf(batchesOf(partOf('companies', 1), 3)), bytesOf(batchesOf(partOf('companies', 2), 2))];

    expect(await names(dataDir, 'raw/events')).toEqual([1, 2, 3, 4, 5].map((n) => `company-00000${String(n)}`));
    expect(await fileIn(dataDir, 'raw/companies.jsonl')).toBe(both.join(''));
    expect(await json(dataDir, 'raw/events/company-000004/batch_meta.json')).toMatchObject({
      batch_number: 4,
      seed: SEED + 4,
      mode: 'emulated',
    });
    expect(await json(dataDir, 'manifests/company.json')).toMatchObject({
      batches: 5,
      runs: [
        { run: runName(1), mode: 'production', first_batch: 1, last_batch: 3 },
        { run: runName(2), mode: 'emulated', first_batch: 4, last_batch: 5 },
      ],
    });
    expect(await readAll(sinkOf({ dataDir }), partOf('companies', 1))).toBe(both[0]);
    expect(await readAll(sinkOf({ dataDir }), partOf('companies', 2))).toBe(both[1]);
  });

  it('knows how many batches are before its own, from its start request on, and of a cleaned place none', async () => {
    const dataDir = await tempFolder();
    const before = (run: number) => earlierBatches(dataDir, { job: 'fleet', run: runName(run), streams: ['companies', 'drivers'] });
    expect(await before(1)).toEqual({ companies: 0, drivers: 0 });
    await write({ dataDir }, partOf('companies'), 3);
    await write({ dataDir }, partOf('drivers'), 2);
    expect([await before(1), await before(2)]).toEqual([
      { companies: 0, drivers: 0 },
      { companies: 3, drivers: 2 },
    ]);
    await write({ dataDir }, partOf('companies', 2), 4);
    expect([await before(2), await before(3)]).toEqual([
      { companies: 3, drivers: 2 },
      { companies: 7, drivers: 2 },
    ]);
    expect(await earlierBatches(dataDir, { job: 'other', run: runName(9), streams: ['companies'] })).toEqual({ companies: 0 });

    await sinkOf({ dataDir }).clean?.([partOf('companies', 3), partOf('drivers', 3)], 1);
    expect(await before(4)).toEqual({ companies: 0, drivers: 0 });
  });

  it('says so when it adds batches of another mode', async () => {
    const dataDir = await tempFolder();
    const said: string[] = [];
    await write({ dataDir, mode: 'production' }, partOf('companies', 1), 1);

    await write({ dataDir, log: ({ level, message }) => said.push(`${level} ${message}`) }, partOf('companies', 2), 1);

    expect(said).toContain('warn The data holds company batches of production mode, this run adds some of emulated mode');
  });

  it('lets no writer of the earlier one write again', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('drivers', 1), 1);
    await write({ dataDir }, partOf('drivers', 2), 1);

    await expect(write({ dataDir }, partOf('drivers', 1), 2)).rejects.toBeInstanceOf(Superseded);
  });

  it('begins afresh, and says so, when all companies were deleted by hand', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('companies', 1), 3);
    await fs.rm(join(dataDir, 'raw/events'), { recursive: true });
    await fs.rm(join(dataDir, 'raw/companies.jsonl'));
    const said: string[] = [];

    await write({ dataDir, log: ({ level, message }) => said.push(`${level} ${message}`) }, partOf('companies', 2), 2);

    expect(said.join('\n')).toMatch(/warn .*companies\.jsonl is shorter than recorded: starting afresh/);
    expect(await names(dataDir, 'raw/events')).toEqual(['company-000001', 'company-000002']);
    expect(await json(dataDir, 'manifests/company.json')).toMatchObject({ batches: 2, runs: [{ run: runName(2), first_batch: 1 }] });
  });

  it.each([
    ['companies', 'drivers'],
    ['drivers', 'companies'],
  ])('then numbers the batches of all kinds from 1, whether %s or %s begin first', async (...order) => {
    const dataDir = await tempFolder();
    for (const stream of order) await write({ dataDir }, partOf(stream, 1), 3);
    await fs.rm(join(dataDir, 'raw/companies.jsonl'));
    await fs.rm(join(dataDir, 'raw/events'), { recursive: true });
    await fs.mkdir(join(dataDir, 'raw/events'));

    // Both begin before either has made a batch.
    for (const stream of order) await write({ dataDir }, partOf(stream, 2), 0);
    for (const stream of order) await write({ dataDir }, partOf(stream, 2), 1);

    expect(await names(dataDir, 'raw/events')).toEqual(['company-000001', 'driver-000001']);
    expect(await json(dataDir, 'manifests/batch_manifest.json')).toMatchObject({ batches: 2 });
  });

  it('goes on with the numbers of folders that somebody has moved away, as long as the companies are there', async () => {
    const dataDir = await tempFolder();
    for (const stream of ['companies', 'drivers']) await write({ dataDir }, partOf(stream, 1), 3);
    // The settle at the end of a run: the record knows of the last folder, too.
    for (const stream of ['companies', 'drivers']) await write({ dataDir }, partOf(stream, 1), 3);
    await fs.rm(join(dataDir, 'raw/events'), { recursive: true });

    for (const stream of ['companies', 'drivers']) await write({ dataDir }, partOf(stream, 2), 1);

    expect(await names(dataDir, 'raw/events')).toEqual(['company-000004', 'driver-000004']);
  });

  it('does not share the place with another job', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('drivers'), 1);

    await expect(write({ dataDir }, { ...partOf('drivers'), job: 'other' }, 1)).rejects.toMatchObject({
      canRetry: false,
      message: expect.stringContaining('belongs to job fleet'),
    });
  });
});
