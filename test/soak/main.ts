/** `npm run soak:defects [-- --only PART OF A NAME] [--seed N] [--list]`: each defect in a copy of the project, a soak over it, and whether it was caught. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sumOf, recountRun } from '../../src/verify/recount-run';
import { defects, STANDARD, type Defect } from './defects';

const root = join(__dirname, '..', '..');
const { values } = parseArgs({
  options: { only: { type: 'string' }, seed: { type: 'string', default: '1' }, list: { type: 'boolean', default: false } },
});
const say = (text: string) => process.stdout.write(`${text}\n`);

/** What a copy needs to be built and run. */
const PARTS = ['src', 'workflows', 'activities', 'bench', 'scripts', 'tools', 'package.json', 'package-lock.json', 'evergen'];

function copyWith({ patches }: Pick<Defect, 'patches'>): string {
  const copy = mkdtempSync(join(tmpdir(), 'evergen-defect-'));
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { file, from, to } of patches) {
    const pieces = readFileSync(join(copy, file), 'utf8').split(from);
    if (pieces.length !== 2) throw new Error(`${file} does not hold this text once: ${from}`);
    writeFileSync(join(copy, file), pieces.join(to));
  }
  const { status } = spawnSync(process.execPath, [join(copy, 'scripts', 'build.mjs')], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the copy could not be compiled');
  return copy;
}

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
