import { createHash } from 'node:crypto';
import { dataOf, diskOver, emit, part, settle } from '../disk-run';
import { tempFolder } from '../temp-folder';

describe('the data files of a run', () => {
  it('are those that were rotated away from while it runs, and all of them once it has ended', async () => {
    const dataDir = await tempFolder();
    const sink = diskOver(dataDir);
    await settle(sink, 1, true);
    await emit(sink, 1, 20);
    const expected = Object.entries(await dataOf(dataDir)).map(([path, text]) => ({
      path,
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    }));
    expect(expected.length).toBeGreaterThan(2);

    expect(await sink.files?.(part, false)).toEqual(expected.slice(0, -1));
    expect(await sink.files?.(part, true)).toEqual(expected);
  });

  it('are not read again when they are known', async () => {
    const dataDir = await tempFolder();
    const sink = diskOver(dataDir);
    await settle(sink, 1, true);
    await emit(sink, 1, 20);
    const known = [{ path: 'intakes/00-000000.jsonl', bytes: 1, sha256: 'as it was' }];

    expect((await sink.files?.(part, false, known))?.[0]).toEqual(known[0]);
  });

  it('are none for a run that is not there', async () => {
    expect(await diskOver(await tempFolder()).files?.(part, true)).toEqual([]);
  });
});
