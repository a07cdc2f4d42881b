// Compiles TypeScript to dist/ and bundles the workflows, so that everything starts without a compiler.
// swc only takes the types away (the tests run through it, too); whether the types hold is `npm run check`'s business.
// Nothing is seen of a build before it is whole: it is made beside dist/ and renamed, also when two build at once.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const began = new Date();

const pageSources = join(root, 'src', 'console');
const unfinished = join(root, `dist.tmp-${process.pid}`);
process.once('exit', () => rmSync(unfinished, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
removeRemains();

const page = buildConsole();
const swc = require('@swc/core');
for (const folder of ['src', 'workflows', 'activities', 'bench']) compile(join(root, folder));

const { bundleWorkflowCode } = require('@temporalio/worker');
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error };
const { code } = await bundleWorkflowCode({ workflowsPath: join(root, 'workflows', 'index.ts'), logger: quiet });
writeFileSync(join(unfinished, 'workflow-bundle.js'), code);
await page;

// As old as the sources that it was made from: what is changed meanwhile is newer.
const stamp = join(unfinished, 'built');
writeFileSync(stamp, '');
utimesSync(stamp, began, began);
swap();

function compile(folder) {
  const files = readdirSync(folder, { recursive: true }).filter(
    (name) => name.endsWith('.ts') && !join(folder, name).startsWith(pageSources),
  );
  for (const file of files.map((name) => join(folder, name))) {
    const target = join(unfinished, relative(root, file)).replace(/\.ts$/, '.js');
    const { code, map } = swc.transformFileSync(file, {
      swcrc: false,
      sourceMaps: true,
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
      outputPath: target,
    });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
    if (map !== undefined) writeFileSync(`${target}.map`, map);
  }
}

/** The page at `/`: Vite bundles it, with hashes in the names of its files. */
async function buildConsole() {
  const { build } = await import('vite');
  const configFile = join(pageSources, 'vite.config.mjs');
  await build({ configFile, logLevel: 'warn', build: { outDir: join(unfinished, 'console'), emptyOutDir: true } });
}

function swap() {
  const [dist, old] = [join(root, 'dist'), join(root, `dist.old-${process.pid}`)];
  for (let attempt = 1; ; attempt += 1) {
    if (existsSync(dist)) moveAway(dist, old);
    try {
      renameSync(unfinished, dist);
      break;
    } catch (error) {
      // Another build was faster; the newer one stays.
      if (attempt === 20 || (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST')) throw error;
    }
  }
  rmSync(old, { recursive: true, force: true });
}

function moveAway(dist, old) {
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(dist, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Folders of builds that were killed: their processes are gone. */
function removeRemains() {
  for (const name of readdirSync(root)) {
    const pid = /^dist\.(?:tmp|old)-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !runs(Number(pid))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function runs(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
