import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from '../../../src/sinks/disk';
import { interleave } from '../stepped-files';
import { tempFolder } from '../temp-folder';

describe('the identity of a data directory', () => {
  it('is made once, with the directory, and kept', async () => {
    const dataDir = join(await tempFolder(), 'not/yet/there');

    const home = await homeOf(dataDir);

    expect(home).toMatch(/^[0-9a-f]{32}$/);
    expect(await homeOf(dataDir)).toBe(home);
    expect(await homeOf(await tempFolder())).not.toBe(home);
  });

  it('is the same for processes that come first at the same time, in whatever order they take their steps', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const dataDir = await tempFolder();
      const homes = new Set<string>();
      let at = seed;
      const makeHome = async (files: Parameters<typeof homeOf>[1]) => void homes.add(await homeOf(dataDir, files));

      await interleave((among) => (at = (at * 5 + 3) % 1009) % among, [makeHome, makeHome, makeHome]);

      expect(homes.size).toBe(1);
      expect(await fs.readdir(dataDir)).toEqual(['.evergen-home']);
    }
  });
});
