/** A soak of a copy of the project, and what the project as it stands counts of it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Outcome } from '../../src/cli/soak/outcome';
import { cutProblems } from '../../src/verify/one-cut';
import { recountRun, sumOf } from '../../src/verify/recount-run';
import { readManifest } from '../../src/verify/run-folder';
import { root } from './copy';
import { STANDARD } from './defects';

export async function soakOver(copy: string, soak: readonly string[] = STANDARD, seed = '1'): Promise<{ caught: boolean; told: string }> {
  const folder = join(copy, 'soak');
  const [spec = '', ...options] = soak;
  const words = ['soak', spec.includes('/') ? join(root, spec) : spec, ...options, '--seed', seed, '--data', folder, '--json'];
  const main = join(copy, 'dist', 'src', 'cli', 'main.js');
  const run = spawnSync(process.execPath, [main, ...words], { cwd: copy, encoding: 'utf8', maxBuffer: 1e9 });
  if (run.status !== 0 && run.status !== 4) throw new Error(`the soak ended with ${String(run.status)}: ${run.stderr}`);
  const { clean, problems, done, run: path } = JSON.parse(run.stdout) as Outcome;
  // The copy judges itself; so the project as it stands counts once more.
  const { lost, duplicated, reordered, foreign } = sumOf(await recountRun(path));
  const { plan, timeline } = await readManifest(path);
  const uncut = cutProblems(plan, timeline);
  const caught = !clean || lost + duplicated + reordered + foreign + uncut.length > 0;
  const first = problems[0] ?? uncut[0] ?? '';
  return {
    caught,
    told: [
      `${String(done.kills)} kills, ${String(done.zombies)} zombies (${String(done.met)} met)`,
      `${String(lost)} lost, ${String(duplicated)} duplicated, ${String(reordered)} reordered, ${String(foreign)} foreign`,
      ...(caught && first !== '' ? [first] : []),
    ].join('; '),
  };
}
