/**
 * `npm run attacks`: takes out each defence in a copy of the sources and runs the test that is there for it, which has to fail. Some minutes.
 * `npm run attacks -- TEXT` only those in whose name the text occurs.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root';
import { attacks, type Attack } from './attacks';

const COPIED = ['src', 'workflows', 'activities', 'test', 'package.json', 'jest.config.js', 'README.md', '.env.example', 'SECURITY.md'];

function main(only: string): boolean {
  const root = packageRoot();
  const copy = mkdtempSync(join(tmpdir(), 'evergen-attacks-'));
  try {
    for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
    // What is served of the console is compiled: no defence is in there.
    for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(copy, name));
    const chosen = attacks.filter(({ attack }) => attack.includes(only));
    const unnoticed = chosen.filter((attack) => !isNoticed(copy, attack));
    process.stdout.write(`${String(chosen.length - unnoticed.length)} of ${String(chosen.length)} noticed\n`);
    return chosen.length > 0 && unnoticed.length === 0;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The test passes as it is, and fails without the defence: one that fails anyhow would prove nothing. */
function isNoticed(copy: string, { attack, file, defence, without, test, name }: Attack): boolean {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const before = passes(copy, test, name);
  writeFileSync(
    path,
    text.replace(defence, () => without),
  );
  const after = passes(copy, test, name);
  writeFileSync(path, text);
  const noticed = before && !after;
  process.stdout.write(`${noticed ? 'noticed ' : before ? 'NOT NOTICED' : 'FAILS ANYHOW'}  ${attack}\n`);
  return noticed;
}

function passes(copy: string, test: string, name: string): boolean {
  const words = ['jest', test, '--selectProjects', 'unit', ...(name === '' ? [] : ['-t', name])];
  return spawnSync('npx', ['--no-install', ...words], { cwd: copy, stdio: 'ignore' }).status === 0;
}

process.exitCode = main(process.argv[2] ?? '') ? 0 : 1;
