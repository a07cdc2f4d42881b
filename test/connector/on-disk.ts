/** What the connector has written, of all its runs. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface OnDisk {
  run: string;
  event_id: string;
  universal_id: string;
  recipient_email_hash: string;
  metadata: Record<string, unknown>;
}

export async function linesOnDisk(dataDir: string): Promise<OnDisk[]> {
  const folder = join(dataDir, 'connector');
  const runs = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  const found = await Promise.all(
    runs.map(async (run) => {
      const events = join(folder, run, 'events');
      const texts = await Promise.all((await readdir(events)).sort().map((name) => readFile(join(events, name), 'utf8')));
      const lines = texts.join('').split('\n').slice(0, -1);
      return lines.map((line) => ({ ...(JSON.parse(line) as Omit<OnDisk, 'run'>), run }));
    }),
  );
  return found.flat();
}
