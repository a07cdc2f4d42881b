import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { LostProgress } from '../../../src/sinks/sink';
import { batchesOf, bytesOf, totalsOf } from '../batches';
import { commitAll, readAll, reopen } from '../conformance';
import { dataOf, diskOver, emit, part, settle } from '../disk-run';
import { steppedFiles, type Gate } from '../stepped-files';
import { tempFolder } from '../temp-folder';

const folderOf = (dataDir: string) => join(dataDir, 'jobs', part.job, part.run);
const recordOf = (dataDir: string) => join(folderOf(dataDir), '.writer/intakes-00/record.json');
const lineOf = (signal: AbortSignal) => ({ batches: batchesOf(part, 3), totals: totalsOf(batchesOf(part, 3)), signal });

async function begun(batches = 0): Promise<string> {
  const dataDir = await tempFolder();
  await settle(diskOver(dataDir), 1, true);
  if (batches > 0) await emit(diskOver(dataDir), 1, batches);
  return dataDir;
}

/** Fails the operations of a commit that a system error befalls. */
const failing = (code: string, befalls: string): Gate => {
  return async (operation) => {
    if (operation.startsWith(befalls)) throw Object.assign(new Error(`${code}: befallen`), { code });
  };
};

describe('a writer whose disk fails', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'])('asks for an operator when it is %s, and says what to do', async (code) => {
    const dataDir = await begun();
    const { writer } = await reopen(diskOver(dataDir, steppedFiles(failing(code, 'write'))), part);

    const failed = commitAll(writer, part, 1);

    await expect(failed).rejects.toMatchObject({ code: 'SINK', canRetry: false, message: expect.stringMatching(/: .*resume the job \(E/) });
    await writer.close();
  });

  it.each(['EIO', 'EBUSY', 'EMFILE', 'ESTALE'])('lets time heal %s', async (code) => {
    const dataDir = await begun();
    const { writer } = await reopen(diskOver(dataDir, steppedFiles(failing(code, 'write'))), part);

    await expect(commitAll(writer, part, 1)).rejects.toMatchObject({ code: 'SINK', canRetry: true });
    await writer.close();
  });

  it('is of no more use after any error, since nobody knows what was written', async () => {
    const dataDir = await begun();
    let broken = true;
    const { writer } = await reopen(
      diskOver(
        dataDir,
        steppedFiles((operation) => (broken ? failing('EIO', 'write')(operation) : Promise.resolve())),
      ),
      part,
    );
    await expect(commitAll(writer, part, 2, [2])).rejects.toThrow();
    broken = false;

    await expect(commitAll(writer, part, 2, [2])).rejects.toThrow('a writer that is dead');

    await writer.close();
    expect(await emit(diskOver(dataDir), 1, 2)).toBe(2);
  });
});

describe('a writer', () => {
  it('gives a commit up at once when its signal fires, although the disk hangs, and closes', async () => {
    const dataDir = await begun();
    let goOn: () => void = () => undefined;
    const hangs = new Promise<void>((resolve) => (goOn = resolve));
    const abort = new AbortController();
    const files = steppedFiles(async (operation) => {
      if (!operation.startsWith('write')) return;
      abort.abort(new Error('told to stop'));
      await hangs;
    });
    const { writer } = await reopen(diskOver(dataDir, files), part);
    const { batches, totals, signal } = lineOf(abort.signal);

    await expect(writer.commit(batches, totals, signal)).rejects.toThrow('told to stop');

    await writer.close();
    goOn();
    expect(await emit(diskOver(dataDir), 1, 3)).toBe(3);
    expect(await readAll(diskOver(dataDir), part)).toBe(bytesOf(batchesOf(part, 3)));
  });

  it('refuses batches that are not the next ones', async () => {
    const dataDir = await begun(2);
    const { writer } = await reopen(diskOver(dataDir), part);

    await expect(commitAll(writer, part, 5, [1], 3)).rejects.toThrow('batch 3 was given to a writer that expects batch 2');

    await writer.close();
  });

  it('overwrites a tail that was written but never committed', async () => {
    const dataDir = await begun(4);
    const before = await dataOf(dataDir);
    const [last] = Object.keys(before).slice(-1);
    await fs.appendFile(join(folderOf(dataDir), String(last)), 'a torn line without end'.repeat(50));
    await fs.writeFile(join(folderOf(dataDir), 'intakes/00-000009.jsonl'), 'never committed\n');

    expect(await readAll(diskOver(dataDir), part)).toBe(bytesOf(batchesOf(part, 4)));
    await settle(diskOver(dataDir), 2);

    expect(await dataOf(dataDir)).toEqual(before);
  });
});

describe('progress is lost, and says so in a sentence,', () => {
  it.each([
    ['the record is gone', (dataDir: string) => fs.rm(recordOf(dataDir))],
    ['the record cannot be read', (dataDir: string) => fs.writeFile(recordOf(dataDir), '{"version":1')],
    ['the run is gone', (dataDir: string) => fs.rm(folderOf(dataDir), { recursive: true })],
    ['the data is gone', (dataDir: string) => fs.rm(join(folderOf(dataDir), 'intakes'), { recursive: true })],
    ['the last data file is gone', (dataDir: string) => fs.rm(join(folderOf(dataDir), 'intakes/00-000000.jsonl'))],
    ['the last data file is short', (dataDir: string) => fs.truncate(join(folderOf(dataDir), 'intakes/00-000000.jsonl'), 5)],
  ])('when %s', async (_, lose) => {
    const dataDir = await begun(3);
    await lose(dataDir);

    const opened = reopen(diskOver(dataDir, undefined, 1e6), part);

    await expect(opened).rejects.toBeInstanceOf(LostProgress);
    await expect(opened).rejects.toThrow(/^(the |\/|jobs).*: restore it from a backup, or start the job anew$/);
  });

  it('when the first settle finds data without a record, rather than begin over it', async () => {
    const dataDir = await begun(3);
    await fs.rm(recordOf(dataDir));

    await expect(settle(diskOver(dataDir), 1, true)).rejects.toBeInstanceOf(LostProgress);
    expect(Object.keys(await dataOf(dataDir))).not.toEqual([]);
  });
});
