import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { publishFile } from '../../../src/sinks/disk';
import { Superseded } from '../../../src/sinks/sink';
import { tempFolder } from '../temp-folder';

describe('publishing a file of the run', () => {
  it('makes the folders, replaces the file of an earlier or the same generation, and leaves nothing beside it', async () => {
    const folder = join(await tempFolder(), 'jobs/nightly/run');

    for (const [generation, text] of [[1, 'first'] as const, [1, 'again'] as const, [4, 'last'] as const])
      await publishFile(folder, 'manifest.json', generation, Buffer.from(text));

    expect(await fs.readFile(join(folder, 'manifest.json'), 'utf8')).toBe('last');
    expect(await fs.readdir(join(folder, '.writer/manifest'))).toEqual(['record.json']);
  });

  it('is refused to an older generation', async () => {
    const folder = await tempFolder();
    await publishFile(folder, 'manifest.json', 4, Buffer.from('last'));

    await expect(publishFile(folder, 'manifest.json', 3, Buffer.from('late'))).rejects.toBeInstanceOf(Superseded);

    expect(await fs.readFile(join(folder, 'manifest.json'), 'utf8')).toBe('last');
  });
});
