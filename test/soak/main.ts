/** `npm run soak:defects [-- --only PART OF A NAME] [--seed N] [--list]`: each defect in a copy of the project, a soak over it, and whether it was caught. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sumOf, recountRun } from '../../src/verify/recount-run';
import { copyWith } from './copy';
import { defects, STANDARD, type Defect } from './defects';

const root = join(__dirname, '..', '..');
const { values } = parseArgs({
  options: { only: { type: 'string' }, seed: { type: 'string', default: '1' }, list: { type: 'boolean', default: false } },
});
const say = (text: string) => process.stdout.write(`${text}\n`);

interface Verdict {
  caught: boolean;
  told: string;
}

async function soakOver(copy: string, { soak = STANDARD }: Defect): Promise<Verdict> {
  const folder = join(copy, 'soak');
  const [spec = '', ...options] = soak;
  const words = ['soak', spec.includes('/') ? join(root, spec) : spec, ...options, '--seed', values.seed, '--data', folder, '--json'];
  const main = join(copy, 'dist', 'src', 'cli', 'main.js');
  const run = spawnSync(process.execPath, [main, ...words], { cwd: copy, encoding: 'utf8', maxBuffer: 1e9 });
  if (run.status !== 0 && run.status !== 4) throw new Error(`the soak ended with ${String(run.status)}: ${run.stderr}`);
  const outcome = JSON.parse(run.stdout) as { clean: boolean; problems: string[]; run: string; done: { kills: number } };
  // The copy judges itself; so the project as it stands counts once more.
  const { lost, duplicated, reordered, foreign } = sumOf(await recountRun(outcome.run));
  const wrong = lost + duplicated + reordered + foreign;
  const counts = `${String(lost)} lost, ${String(duplicated)} duplicated, ${String(reordered)} reordered, ${String(foreign)} foreign`;
  const caught = !outcome.clean || wrong > 0;
  return { caught, told: `${String(outcome.done.kills)} kills; ${counts}${caught ? `; ${outcome.problems[0] ?? ''}` : ''}` };
}

async function main(): Promise<void> {
  const chosen = defects.filter(({ name }) => values.only === undefined || name.includes(values.only));
  if (values.list) return chosen.forEach(({ name }) => say(name));
  if (chosen.length === 0) throw new Error('no defect has this in its name');
  for (const defect of chosen) {
    const copy = copyWith(defect);
    try {
      const { caught, told } = await soakOver(copy, defect);
      say(`${caught ? 'CAUGHT' : 'not caught'}: ${defect.name}: ${told}`);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`soak:defects: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
