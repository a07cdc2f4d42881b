/** Versions of the Temporal CLI. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** `temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)` → `1.8.2`; null when it does not run or says something else. */
export async function cliVersion(file: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 10_000 });
    return /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Sorts `1.10.0` after `1.9.3`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const place of [0, 1, 2]) {
    const difference = (left?.[place] ?? 0) - (right?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
