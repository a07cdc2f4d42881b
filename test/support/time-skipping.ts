/**
 * Temporal's time-skipping test server: hours pass in seconds. From Maven Central, into the user's cache, once.
 * A machine without Java or Maven says so and skips; with CI=true that is a failure.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { atEnd } from './cleanup';
import { packageRoot } from '../../src/config/package-root';
import { cacheFolder } from '../../src/temporal/cli-binary';
import { waitForLock } from '../../src/temporal/lock';

const VERSION = '1.38.0';
const run = promisify(execFile);

const onPath = (program: string): boolean => (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));

const serverFolder = (): string => join(cacheFolder(process.env), `temporal-test-server-${VERSION}`);
const scriptPath = (): string => join(serverFolder(), 'run');

/** Closed after the last test of the file that called. One test at a time: time is skipped for all of its workflows at once. */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const path = await testServer();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
  atEnd(() => environment.teardown());
  return environment;
}

/**
 * `test` where this machine can run the server; elsewhere a visible skip, and a failure when CI=true.
 */
export const timeSkippingTest: typeof test = choose();

function choose(): typeof test {
  const missing = ['java', ...(existsSync(scriptPath()) ? [] : ['mvn'])].filter((program) => !onPath(program));
  if (missing.length === 0) return test;
  const reason = `time-skipping tests need ${missing.join(' and ')} (Java 17 and Maven), not found on PATH`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  // Only on a developer's machine: CI=true has thrown above.
  return test.skip;
}

/** The SDK starts an executable with the port as its first argument; ours starts Java with it. */
async function testServer(): Promise<string> {
  const [folder, there] = [serverFolder(), () => existsSync(scriptPath())];
  if (there()) return scriptPath();
  await mkdir(cacheFolder(process.env), { recursive: true });
  const lock = await waitForLock(`${folder}.lock`, there, () => undefined);
  if (lock === null) return scriptPath();
  try {
    if (there()) return scriptPath();
    const unfinished = await mkdtemp(`${folder}.`);
    const pom = join(packageRoot(), 'tools', 'temporal-test-server', 'pom.xml');
    const fetching = [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${unfinished}/lib`,
    ];
    await run('mvn', fetching, { timeout: 300_000 });
    const script = `#!/bin/sh\nexec java -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$1"\n`;
    await writeFile(join(unfinished, 'run'), script, { mode: 0o755 });
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    return scriptPath();
  } finally {
    lock.release();
  }
}
