/** A real browser without a window: the machine's own Chromium, driven by `playwright-core`, which brings none along. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { atEnd } from './cleanup';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const program = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** Closed when the test file ends. */
export async function startChromium(): Promise<Browser> {
  if (program === undefined) throw new Error('there is no Chromium');
  // Its own sandbox needs user namespaces, which containers and root do not have; it visits nothing but our own page on loopback.
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
  atEnd(() => browser.close());
  return browser;
}

/** `describe` where this machine has a browser; elsewhere a visible skip, and a failure when CI=true. */
export const describeChromium: typeof describe = choose();

function choose(): typeof describe {
  if (program !== undefined) return describe;
  const reason = `the console's tests need Chromium, not found on PATH (${NAMES.join(', ')})`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  // Only on a developer's machine: CI=true has thrown above.
  return describe.skip;
}
