import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await fs.rm(folder, { recursive: true, force: true });
});

/** A folder that is deleted after the test. */
export async function tempFolder(): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'evergen-sinks-'));
  made.push(folder);
  return folder;
}
