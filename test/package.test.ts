/** What is handed on works elsewhere: nothing in it points to one machine or one network. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './architecture/sources';

/** Made here or private to a checkout (`.gitignore`). */
const NOT_OURS = /^(node_modules|dist(\..*)?|coverage|data|\.git|\.env)$|\.log$/;

const files = filesIn('');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.test(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/** Hosts that packages come from: a user's own settings say which. The last two are Go's and Maven's. */
const REGISTRY =
  /registry[.]npm|registry[.]yarnpkg|\b(npm|registry|artifactory|nexus|verdaccio)[.][\w-]+[.][a-z]{2,}|proxy[.]golang|repo1?[.]maven/i;
/** Homes and mounted folders of one machine, with at least one folder below them. */
const MACHINE = /(?<![\w.$}~/-])\/(home|root|Users|work|mnt|workspace)\/[\w.-]+/;

const breaking = (pattern: RegExp, texts: Iterable<readonly [string, string]>): string[] =>
  [...texts].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${String(i + 1)}: ${line}`] : [])),
  );

const texts = files.filter((path) => statSync(join(root, path)).size < 2_000_000).map((path) => [path, textOf(path)] as const);

test('the lockfile holds no addresses, so that packages come from where each user gets his', () => {
  expect(files).toContain('package-lock.json');
  expect(breaking(/"resolved"/, [['package-lock.json', textOf('package-lock.json')]])).toEqual([]);
});

test('the lockfile knows the packages of every platform: npm ci refuses to work where one is missing', () => {
  const { packages } = JSON.parse(textOf('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );

  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test('no file names a registry', () => {
  expect(breaking(REGISTRY, texts)).toEqual([]);
  expect(breaking(REGISTRY, [['a', `registry=https://registry${'.'}npmjs.org/`]])).toHaveLength(1);
  expect(breaking(REGISTRY, [['a', `GOPROXY=https://proxy${'.'}golang.org`]])).toHaveLength(1);
});

test('no file names a folder of one machine', () => {
  expect(breaking(MACHINE, texts)).toEqual([]);
  expect(breaking(MACHINE, [['a', `cd ${'/'}home/ada/evergen`]])).toHaveLength(1);
});

test('the package has no private settings', () => {
  expect(files.filter((path) => /(^|\/)\.npmrc$|(^|\/)\.env$/.test(path))).toEqual([]);
});
