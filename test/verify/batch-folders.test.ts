import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { LEDGER } from '../../src/spec/generation';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { tempFolder } from '../sinks/temp-folder';
import { finishedRun } from './finished-run';

const run = async (quality?: object) => {
  const dataDir = await tempFolder();
  return { dataDir, folder: await finishedRun(dataDir, 'completed', 30, 'folders', quality) };
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

  it.each([
    ['seed', '"seed": 45', '"seed": 46'],
    ['mode', '"mode": "production"', '"mode": "emulated"'],
    ['scheduled_at', '"scheduled_at": "2026-01-01T00:00:02.000Z"', '"scheduled_at": "2026-01-01T00:00:02.001Z"'],
    ['valid_count, corrupted_count', '"valid_count": 2,\n  "corrupted_count": 0', '"valid_count": 1,\n  "corrupted_count": 1'],
  ])('names metadata that agrees with itself, but not with the run: %s', async (keys, from, to) => {
    const { dataDir, folder } = await run();
    const path = batch(dataDir, 3, 'batch_meta.json');
    const text = await fs.readFile(path, 'utf8');
    expect(text).toContain(from);
    await fs.writeFile(path, text.replace(from, to));

    expect((await verifyRunFolder(folder)).problems).toEqual([
      expect.stringMatching(new RegExp(`intakes-000003/batch_meta\\.json is not about the events beside it: ${keys}$`)),
    ]);
  });

  describe('with a ledger in each folder', () => {
    const corrupted = async () => {
      const { dataDir, folder } = await run({ corruption_rate: 0.5 });
      const ledgers = await Promise.all(
        Array.from({ length: 30 }, (_, i) => fs.readFile(batch(dataDir, i + 1, LEDGER), 'utf8').catch(() => null)),
      );
      const number = (holds: (ledger: string | null) => boolean) => ledgers.findIndex(holds) + 1;
      return { dataDir, folder, kept: number((ledger) => ledger !== null), clean: number((ledger) => ledger === null) };
    };

    it('finds all of them as they must be', async () => {
      const { folder, kept, clean } = await corrupted();

      expect(await verifyRunFolder(folder)).toMatchObject({ ok: true, events: 60, problems: [] });
      expect(Math.min(kept, clean)).toBeGreaterThan(0);
    });

    it.each<[what: string, act: (path: string) => Promise<unknown>, said: RegExp]>([
      ['is gone', (path) => fs.rm(path), /quality_ledger\.jsonl is missing$/],
      ['is empty', (path) => fs.writeFile(path, ''), /quality_ledger\.jsonl, line 1 \(batch \d+\): expected {"batch":.*, ends too early$/],
      [
        'says another original',
        async (path) => fs.writeFile(path, (await fs.readFile(path, 'utf8')).replace('"original":', '"original":0')),
        /quality_ledger\.jsonl, line 1 \(batch \d+\): expected {.*}, found {.*"original":0/,
      ],
      ['has a row too many', (path) => fs.appendFile(path, '{}\n'), /quality_ledger\.jsonl goes on after line \d+, its last one$/],
    ])('names one that %s', async (_, act, said) => {
      const { dataDir, folder, kept } = await corrupted();
      await act(batch(dataDir, kept, LEDGER));

      expect((await verifyRunFolder(folder)).problems).toEqual([expect.stringMatching(said)]);
    });

    it('names one beside a batch in which nothing was corrupted', async () => {
      const { dataDir, folder, clean } = await corrupted();
      await fs.writeFile(batch(dataDir, clean, LEDGER), '{}\n');

      expect((await verifyRunFolder(folder)).problems).toEqual([
        expect.stringMatching(/quality_ledger\.jsonl is there, but no event of its batch was corrupted$/),
      ]);
    });
  });
});
