/** The folder of evergen's own package.json: in a checkout and in an installed package, from `src/` as from `dist/src/`. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @throws when no package.json is above this file: the package is broken. */
export function packageRoot(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new Error(`no package.json above ${__dirname}`);
}
