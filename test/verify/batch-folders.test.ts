import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { tempFolder } from '../sinks/temp-folder';
import { finishedRun } from './finished-run';

const run = async () => {
  const dataDir = await tempFolder();
  return { dataDir, folder: await finishedRun(dataDir, 'completed', 30, 'folders') };
};
const batch = (dataDir: string, number: number, file = '') =>
  join(dataDir, 'raw/events', `intakes-${String(number).padStart(6, '0')}`, file);

describe('verify of a run in batch folders', () => {
  it('makes every batch again and finds it', async () => {
    const { folder } = await run();

    expect(await verifyRunFolder(folder)).toMatchObject({ ok: true, events: 60, problems: [] });
  });

  it('names a folder that is gone', async () => {
    const { dataDir, folder } = await run();
    await fs.rm(batch(dataDir, 7), { recursive: true });

    expect((await verifyRunFolder(folder)).problems).toEqual([expect.stringMatching(/batch folder intakes-000007 is gone/)]);
  });

  it('names the byte that is not what it must be, and its file', async () => {
    const { dataDir, folder } = await run();
    const path = batch(dataDir, 3, 'events.jsonl');
    const bytes = await fs.readFile(path);
    bytes[12] = 33;
    await fs.writeFile(path, bytes);

    const { problems } = await verifyRunFolder(folder);

    expect(problems[0]).toMatch(/batch 2, event 0 differs at byte 12 of its line \(.*intakes-000003\/events\.jsonl, byte 12\)/);
  });

  it('names metadata that says something else than its events, and a folder that nobody committed', async () => {
    const { dataDir, folder } = await run();
    const path = batch(dataDir, 3, 'batch_meta.json');
    await fs.writeFile(path, (await fs.readFile(path, 'utf8')).replace('"record_count": 2', '"record_count": 3'));
    await fs.cp(batch(dataDir, 5), batch(dataDir, 31), { recursive: true });

    const { problems } = await verifyRunFolder(folder);

    expect(problems).toEqual([
      expect.stringMatching(/intakes-000003\/batch_meta\.json is not about the events beside it: record_count$/),
      expect.stringMatching(/intakes-000031 holds more than the record says/),
    ]);
  });
});
