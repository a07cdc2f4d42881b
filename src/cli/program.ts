/** What this program is: its version, and how the one who runs it calls it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Variables } from '../config/env';
import { packageRoot } from '../config/package-root';

export const programVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))).version;

/** `./evergen` in a checkout, `npx evergen` as a package: the beginning of every line that people may paste. */
export const called = (variables: Variables): string => (variables['npm_command'] === 'exec' ? 'npx evergen' : './evergen');
