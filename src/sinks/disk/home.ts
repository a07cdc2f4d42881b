/** The identity of a data directory: a job records it, and a worker that finds another one (a wrong mount, a copy) must not write there. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { syncFolder, unless, type Files } from './files';
import { makeFolders } from './layout';
import { nodeFiles } from './node-files';

/** The random id of `dataDir`, made once, also when two processes come first at the same time. */
export async function homeOf(dataDir: string, files: Files = nodeFiles): Promise<string> {
  const home = join(dataDir, '.evergen-home');
  const known = await unless(files.read(join(home, 'id')), 'ENOENT');
  return (known ?? (await make(files, dataDir, home))).toString('utf8').trim();
}

/** A folder with the id in it is renamed into place: over a folder that is not empty that fails, on every file system, so the first one wins. */
async function make(files: Files, dataDir: string, home: string): Promise<Buffer> {
  const id = randomBytes(16).toString('hex');
  const draft = `${home}-${id}`;
  await makeFolders(files, dataDir);
  await files.mkdir(draft);
  const handle = await files.create(join(draft, 'id'));
  try {
    await handle.write([Buffer.from(`${id}\n`)], 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(files, draft);
  await unless(files.rename(draft, home), 'ENOTEMPTY', 'EEXIST');
  await files.remove(draft);
  await syncFolder(files, dataDir);
  return files.read(join(home, 'id'));
}
