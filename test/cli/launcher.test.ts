/** The file `evergen` of a checkout whose packages are still on their way. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('while npm ci is at it, it says to wait for it, and not which module Node has missed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evergen-launcher-'));
  try {
    copyFileSync(join(__dirname, '../../evergen'), join(folder, 'evergen'));
    writeFileSync(join(folder, 'tsconfig.json'), '{}');
    mkdirSync(join(folder, 'node_modules', '@temporalio'), { recursive: true });

    let failure: unknown;
    try {
      execFileSync(process.execPath, [join(folder, 'evergen'), 'up'], { stdio: 'pipe', encoding: 'utf8' });
    } catch (error) {
      failure = error;
    }

    expect(failure).toMatchObject({
      status: 2,
      stderr: 'evergen: its packages are not installed, or not all of them yet: run npm ci first, and let it end\n',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
