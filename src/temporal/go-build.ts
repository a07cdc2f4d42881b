/** Programs from their Go modules, for machines that reach a Go module proxy and no download. */
import { execFile, spawn } from 'node:child_process';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Variables } from '../config/env';
import { packageRoot } from '../config/package-root';
import { compareVersions } from './cli-version';

export interface GoPrograms {
  /** For people: `the Temporal dev server 1.8.2`. */
  what: string;
  /** Folder below `tools/` with a go.mod of its own. */
  module: string;
  packages: readonly string[];
  ldflags: string;
  /** How long it takes, for people: `three to five minutes`. */
  takes: string;
  /** Whether what was built runs. @param built the file, or the folder of several */
  runs(built: string): Promise<boolean>;
}

/** The oldest Go that fetches a newer one by itself when a module wants it. */
const OLDEST_GO = '1.21.0';
const TELL_EVERY_MS = 10_000;

/**
 * Called with the lock on `target` held. Builds under another name, then renames.
 * @param target the file to make; of several packages, the folder that is to hold them under their own names
 * @returns null, or one sentence that says why there is none
 */
export async function buildWithGo(
  target: string,
  programs: GoPrograms,
  variables: Variables,
  say: (line: string) => void,
): Promise<string | null> {
  const { what, takes, runs } = programs;
  const go = await goVersion(variables);
  if (go === null) return 'Go is not installed';
  if (compareVersions(go, OLDEST_GO) < 0) return `Go ${go} is too old to build ${what}`;
  removeRemains(target);
  const unfinished = `${target}.${process.pid}.unfinished`;
  say(`building ${what} with Go ${go} into ${dirname(target)} (${takes}, once)`);
  const began = Date.now();
  const failure = await goBuild(unfinished, programs, variables, (packages) =>
    say(`… ${Math.round((Date.now() - began) / 1000)} s, ${packages} packages`),
  );
  if (failure !== null || !(await runs(unfinished))) {
    rmSync(unfinished, { recursive: true, force: true });
    return `building ${what} with Go ${go} failed (${failure ?? 'the result does not run'})`;
  }
  renameSync(unfinished, target);
  say(`built in ${Math.round((Date.now() - began) / 1000)} s: ${target}`);
  return null;
}

function goBuild(
  output: string,
  { module, packages: wanted, ldflags }: GoPrograms,
  variables: Variables,
  tell: (packages: number) => void,
): Promise<string | null> {
  // Go makes a folder of a name that ends like one.
  const place = wanted.length > 1 ? `${output}/` : output;
  const child = spawn('go', ['build', '-v', '-ldflags', ldflags, '-o', place, ...wanted], {
    cwd: join(packageRoot(), 'tools', module),
    env: { ...variables, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = (): void => void child.kill('SIGTERM');
  process.once('exit', stop);
  // `-v` names each package when it is compiled, and each module when it is fetched.
  let packages = 0;
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    packages += line.startsWith('go: ') ? 0 : 1;
    last.push(line);
    if (last.length > 2) last.shift();
  });
  const timer = setInterval(() => tell(packages), TELL_EVERY_MS);
  return new Promise((resolve) => {
    const done = (failure: string | null): void => {
      clearInterval(timer);
      process.removeListener('exit', stop);
      resolve(failure);
    };
    child.once('error', (error) => done(error.message));
    child.once('close', (code) => done(code === 0 ? null : last.join(' ')));
  });
}

/** `go version go1.26.8 linux/amd64` → `1.26.8`. */
async function goVersion(variables: Variables): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('go', ['version'], { timeout: 20_000, env: variables });
    const found = /go(\d+)\.(\d+)(?:\.(\d+))?/.exec(stdout);
    return found === null ? null : `${found[1]}.${found[2]}.${found[3] ?? '0'}`;
  } catch {
    return null;
  }
}

/** What builds that were killed left behind; with the lock held, none of them is at work. */
function removeRemains(target: string): void {
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith(`${basename(target)}.`) && name.endsWith('.unfinished'))
      rmSync(join(dirname(target), name), { recursive: true, force: true });
  }
}
