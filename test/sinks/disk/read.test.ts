import { batchesOf, bytesOf } from '../batches';
import { readAll } from '../conformance';
import { diskOver, emit, part, settle } from '../disk-run';
import { tempFolder } from '../temp-folder';

/** A hundred real syncs: seconds on a busy machine. */
jest.setTimeout(60_000);

describe('reading a part', () => {
  it('beside a writer at work gives whole committed batches, never fewer than before', async () => {
    const dataDir = await tempFolder();
    await settle(diskOver(dataDir), 1, true);
    let working = true;
    const work = (async () => {
      for (let until = 10; until <= 100; until += 10) await emit(diskOver(dataDir), 1, until, [3, 1, 5]);
      working = false;
    })();

    let before = 0;
    while (working) {
      const found = await diskOver(dataDir).read?.(part);
      const chunks: Uint8Array[] = [];
      for await (const chunk of found?.chunks() ?? []) chunks.push(chunk);
      const next = found?.next ?? 0;
      expect(Buffer.concat(chunks).toString()).toBe(bytesOf(batchesOf(part, next)));
      expect(next).toBeGreaterThanOrEqual(before);
      before = next;
    }

    await work;
    expect(await readAll(diskOver(dataDir), part)).toBe(bytesOf(batchesOf(part, 100)));
  });
});
