/** How soon jobs go on, by what is committed on disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until every job has committed more than it has now; in words. */
export async function goingOn(folder: string, names: readonly string[]): Promise<string> {
  const from = Date.now();
  const before = names.map((name) => committed(folder, name));
  const waits: number[] = [];
  let left = names.map((name, i) => ({ name, next: before[i] ?? 0 }));
  while (left.length > 0 && Date.now() - from < 120_000) {
    await sleep(50);
    const still = left.filter(({ name, next }) => committed(folder, name) <= next);
    waits.push(...Array.from({ length: left.length - still.length }, () => Date.now() - from));
    left = still;
  }
  const missing = left.length === 0 ? '' : `, ${String(left.length)} not within 2 minutes`;
  return `half of them go on after ${String(waits[Math.floor(waits.length / 2)] ?? 0)} ms, the last after ${String(waits.at(-1) ?? 0)} ms of the successor's first poll${missing}`;
}

/** Batches of all its parts. */
function committed(folder: string, job: string): number {
  const [run = ''] = readdirSync(join(folder, 'jobs', job));
  const parts = join(folder, 'jobs', job, run, '.writer');
  return readdirSync(parts).reduce((sum, part) => {
    const record = readFileSync(join(parts, part, 'record.json'), 'utf8');
    return sum + (JSON.parse(record) as { next: number }).next;
  }, 0);
}
