import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeData, requireDataDir } from '../../../src/cli/stack/data-dir';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evergen-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a folder that is not a DATA_DIR is left as it is, since DATA_DIR may be somebody's home by mistake", async () => {
  mkdirSync(join(folder, 'jobs'));
  writeFileSync(join(folder, 'thesis.txt'), 'mine');

  await expect(removeData(folder)).rejects.toThrow('does not look like a DATA_DIR');
  expect(readdirSync(folder).sort()).toEqual(['jobs', 'thesis.txt']);
});

test("only evergen's own names are removed from a DATA_DIR, and what others put there stays", async () => {
  for (const made of ['jobs/nightly', 'raw/events', 'manifests/logs']) mkdirSync(join(folder, made), { recursive: true });
  writeFileSync(join(folder, 'temporal.db'), '');
  writeFileSync(join(folder, 'thesis.txt'), 'mine');

  expect(await removeData(folder)).toEqual(['jobs', 'raw', 'manifests', 'temporal.db']);
  expect(readdirSync(folder)).toEqual(['thesis.txt']);
});

test('a DATA_DIR that cannot be made is refused in one line at once, also where a recursive mkdir would never end', () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');

  expect(() => requireDataDir('/proc/x/y')).toThrow(/^DATA_DIR \/proc\/x\/y cannot be used: .*; set another one$/);
  expect(() => requireDataDir(join(file, 'data'))).toThrow(/cannot be used: .*(is no folder|not a directory)/);
  requireDataDir(join(folder, 'made/on/the/way'));
  expect(existsSync(join(folder, 'made/on/the/way'))).toBe(true);
});
