import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFiles } from '../../../src/sinks/disk/node-files';
import { Sums } from '../../../src/sinks/disk/sums';
import { tempFolder } from '../temp-folder';

const sha256 = (bytes: string) => createHash('sha256').update(bytes).digest('hex');
const long = 'x'.repeat(3_000_000);

async function fileOf(bytes: string): Promise<string> {
  const path = join(await tempFolder(), 'data');
  await writeFile(path, bytes);
  return path;
}

describe('the checksum of a data file', () => {
  it.each([
    ['of all of it', long, null, long],
    ['of its committed bytes alone, since a tail may follow', `${long}tail`, long.length, long],
    ['of nothing', '', null, ''],
  ])('is %s', async (_, bytes, length, counted) => {
    const sums = new Sums(nodeFiles);

    expect(await sums.of(await fileOf(bytes), length)).toEqual({ bytes: counted.length, sha256: sha256(counted) });
  });

  it('is the one begun when the file became complete, so that the end of a run need not read it', async () => {
    const read: string[] = [];
    const sums = new Sums({ ...nodeFiles, sha256: (path, length) => (read.push(path), nodeFiles.sha256(path, length)) });
    const path = await fileOf(long);
    sums.begin(path);

    expect(await sums.of(path, null)).toEqual({ bytes: long.length, sha256: sha256(long) });
    expect(read).toEqual([path]);
  });

  it('is taken anew when the early one failed', async () => {
    const path = await fileOf('a');
    await rm(path);
    const sums = new Sums(nodeFiles);
    sums.begin(path);
    await expect(nodeFiles.sha256(path, null)).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(path, 'b');

    expect(await sums.of(path, null)).toEqual({ bytes: 1, sha256: sha256('b') });
  });

  it('of a file that is gone or shorter than what was committed is lost progress', async () => {
    const [sums, path] = [new Sums(nodeFiles), await fileOf('abc')];

    await expect(sums.of(path, 4)).rejects.toMatchObject({ code: 'LOST_PROGRESS' });
    await expect(sums.of(`${path}-gone`, null)).rejects.toMatchObject({ code: 'LOST_PROGRESS' });
  });
});
