/** `manifests/lifecycle.json`: the state of the fleet for people who look at the files. The truth is the workflow's. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type FleetState = 'running' | 'paused' | 'cleaned' | 'stopped';

export const STATE_FILE = 'manifests/lifecycle.json';

/** Writes the state where another one stands there; whole or not at all. */
export async function recordLifecycle(dataDir: string, state: FleetState, runId: string | null, at: Date): Promise<void> {
  const file = join(dataDir, STATE_FILE);
  const known = await readFile(file, 'utf8').then(
    (text): unknown => JSON.parse(text),
    () => null,
  );
  if (
    typeof known === 'object' &&
    known !== null &&
    'state' in known &&
    'run_id' in known &&
    known.state === state &&
    known.run_id === runId
  )
    return;
  await mkdir(join(dataDir, 'manifests'), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify({ state, run_id: runId, since: at.toISOString() }, null, 2)}\n`);
  await rename(draft, file);
}
