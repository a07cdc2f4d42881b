/** A copy of the project with a defect in it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Patch } from '../model/project';

export const root = join(__dirname, '..', '..');

/** What a copy needs to be built and run. */
const PARTS = [
  'src',
  'workflows',
  'activities',
  'bench',
  'scripts',
  'tools',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'evergen',
];

/** A compiled copy of the project in a temporary folder, which is the caller's to remove. @throws Error when a patch does not fit, or the copy does not compile */
export function copyWith(patches: readonly Patch[]): string {
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
  if (status === 0) return copy;
  rmSync(copy, { recursive: true, force: true });
  throw new Error('the copy could not be compiled');
}
