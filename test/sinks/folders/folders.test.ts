/** The layout that people and their scripts read: names, metadata, manifests, log, and what was there before. Runs that follow each other: `eras.test.ts`. */
import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { noTotals } from '../../../workflows/ledger';
import { LostProgress, SinkError, type SinkLog } from '../../../src/sinks/sink';
import { batchesOf, bytesOf } from '../batches';
import { readAll } from '../conformance';
import { tempFolder } from '../temp-folder';
import { fileIn, json, names, partOf, runName, SEED, sinkOf, write } from './fleet-run';

describe('the layout', () => {
  it('is a folder a batch, numbered from 1 per kind, and all companies in one file', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('companies'), 3);
    await write({ dataDir }, partOf('drivers'), 2);

    expect(await names(dataDir, 'raw')).toEqual(['.writer', 'companies.jsonl', 'events']);
    expect(await names(dataDir, 'raw/events')).toEqual([
      'company-000001',
      'company-000002',
      'company-000003',
      'driver-000001',
      'driver-000002',
    ]);
    expect(await names(dataDir, 'raw/events/company-000002')).toEqual(['batch_meta.json', 'companies.jsonl']);
    expect(await names(dataDir, 'raw/events/driver-000002')).toEqual(['batch_meta.json', 'events.jsonl']);
    expect(await fileIn(dataDir, 'raw/companies.jsonl')).toBe(bytesOf(batchesOf(partOf('companies'), 3)));
    expect(await names(dataDir, 'manifests')).toEqual(['batch_manifest.json', 'company.json', 'driver.json', 'seeds']);
    expect(await json(dataDir, `manifests/seeds/${runName(1)}.json`)).toMatchObject({ seed: SEED, mode: 'emulated' });
  });

  it('says in batch_meta.json what the folder holds, with these keys and no others', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('drivers'), 2);
    const [, second] = batchesOf(partOf('drivers'), 2);

    expect(await json(dataDir, 'raw/events/driver-000002/batch_meta.json')).toEqual({
      batch_id: 'driver-000002',
      kind: 'driver',
      batch_number: 2,
      seed: SEED + 2,
      mode: 'emulated',
      scheduled_at: new Date((second?.dueUs ?? 0) / 1000).toISOString(),
      committed_at: expect.stringMatching(/^\d{4}-.*Z$/),
      record_count: second?.count,
      valid_count: second?.count,
      corrupted_count: 0,
      bytes: second?.bytes.length,
      sha256: createHash('sha256')
        .update(second?.bytes ?? '')
        .digest('hex'),
      schema_version: 1,
    });
  });

  it('keeps a batch that was corrupted with its ledger, which others have not', async () => {
    const dataDir = await tempFolder();
    const part = partOf('drivers');
    const writer = sinkOf({ dataDir }).open({ part, generation: 1, create: true, known: { next: 0, totals: noTotals() } });
    await writer.committed();
    const [first, second] = batchesOf(part, 2);
    if (first === undefined || second === undefined) throw new Error('two batches');
    const ledger = Buffer.from('{"batch":0,"i":0,"field":"speed","fault":"null_field","original":12}\n');

    await writer.commit([{ ...first, corrupted: 1, ledger }], noTotals(), new AbortController().signal);
    await writer.commit([second], noTotals(), new AbortController().signal);
    await writer.close();

    expect(await fileIn(dataDir, 'raw/events/driver-000001/quality_ledger.jsonl')).toBe(ledger.toString());
    expect(await names(dataDir, 'raw/events/driver-000002')).not.toContain('quality_ledger.jsonl');
  });

  it('adds up in the manifest what is in the folders', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('companies'), 4);
    await write({ dataDir }, partOf('drivers'), 3);
    const batches = [...batchesOf(partOf('companies'), 4), ...batchesOf(partOf('drivers'), 3)];
    const records = batches.reduce((sum, { count }) => sum + count, 0);

    expect(await json(dataDir, 'manifests/batch_manifest.json')).toMatchObject({
      batches: 7,
      records,
      valid: records,
      corrupted: 0,
      bytes: batches.reduce((sum, { bytes }) => sum + bytes.length, 0),
      modes: ['emulated'],
      last_batch: { batch_id: 'driver-000003', batch_number: 3 },
      kinds: { company: { batches: 4 }, driver: { batches: 3 } },
    });
  });

  it('says on the log what was made, counts of faults only where faults are wanted', async () => {
    const dataDir = await tempFolder();
    const said: string[] = [];
    const log: SinkLog = ({ component, level, message }) => said.push(`${component} ${level} ${message}`);

    await write({ dataDir, log }, partOf('companies'), 2);
    await write({ dataDir, log, spec: { quality: { corruption_rate: 0.3 } } }, partOf('drivers'), 2);

    expect(said).toEqual([
      'generator info Starting generator in emulated mode',
      'company_generator info Company batch 1: 0 companies generated',
      'company_generator info Company batch 2: 2 companies generated',
      'generator info Starting generator in emulated mode',
      'driver_generator info Driver batch 1: 0 events generated (0 valid, 0 corrupted)',
      'driver_generator info Driver batch 2: 2 events generated (2 valid, 0 corrupted)',
    ]);
  });
});

describe('what is there already', () => {
  it('counts as committed when it is the same batch', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('drivers'), 3);
    await fs.rm(join(dataDir, 'raw/.writer'), { recursive: true });

    await write({ dataDir, first: { drivers: 1 } }, partOf('drivers'), 4);

    expect(await readAll(sinkOf({ dataDir }), partOf('drivers'))).toBe(bytesOf(batchesOf(partOf('drivers'), 4)));
  });

  it('is never written over when it is something else', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('drivers'), 1);
    await fs.mkdir(join(dataDir, 'raw/events/driver-000002'));
    await fs.writeFile(join(dataDir, 'raw/events/driver-000002/notes.txt'), 'mine');

    await expect(write({ dataDir }, partOf('drivers'), 2)).rejects.toMatchObject({
      canRetry: false,
      message: expect.stringContaining('move it away'),
    });
    expect(await names(dataDir, 'raw/events/driver-000002')).toEqual(['notes.txt']);
  });

  it('is not taken for ours when no record speaks of it', async () => {
    const dataDir = await tempFolder();
    await fs.mkdir(join(dataDir, 'raw'), { recursive: true });
    await fs.writeFile(join(dataDir, 'raw/companies.jsonl'), '{"mine":true}\n');

    await expect(write({ dataDir }, partOf('companies'), 1)).rejects.toBeInstanceOf(SinkError);
    expect(await fileIn(dataDir, 'raw/companies.jsonl')).toBe('{"mine":true}\n');
  });

  it('and then is gone is named by whoever reads', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('drivers'), 5);
    for (const number of [2, 4]) await fs.rm(join(dataDir, `raw/events/driver-00000${String(number)}`), { recursive: true });

    const read = readAll(sinkOf({ dataDir }), partOf('drivers'));

    await expect(read).rejects.toBeInstanceOf(LostProgress);
    await expect(read).rejects.toThrow(/batch folders driver-000002, driver-000004 are gone/);
  });

  it('is lost progress when the file of all companies is shorter than it was, in the same run', async () => {
    const dataDir = await tempFolder();
    await write({ dataDir }, partOf('companies'), 3);
    await fs.truncate(join(dataDir, 'raw/companies.jsonl'), 10);

    await expect(write({ dataDir }, partOf('companies'), 4)).rejects.toBeInstanceOf(LostProgress);
  });
});
