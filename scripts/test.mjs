// `npm test [-- JEST ARGUMENTS]`: first the unit tests, side by side, then the live ones, which start real servers: two files at a time, as they mostly wait.
// Arguments that name files or tests go to both: `npm test -- disk`, `npm test -- -t 'late twin'`.
// What this machine lacks for the live tests is said and skipped; with CI=true it is a failure.
// TEST_RESULTS names a folder for Jest's reports as JSON (unit.json, live.json).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const jestProgram = join(dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');
const given = process.argv.slice(2);
const inCi = process.env.CI === 'true';

const temporary = process.env.TEST_RESULTS ? null : mkdtempSync(join(tmpdir(), 'evergen-test-results-'));
if (temporary !== null) process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
const results = process.env.TEST_RESULTS || temporary;

process.exitCode = await main();

/** Answers the exit code. */
async function main() {
  // The launcher compiles when the sources are newer than dist/.
  if (run([join(root, 'evergen'), '--version'], 'ignore') !== 0) return 1;
  const codes = [];
  let tests = 0;
  const project = (name, ...options) => {
    const report = join(results, `${name}.json`);
    rmSync(report, { force: true });
    // Names of files come first: `--selectProjects` takes all that follows it.
    codes.push(run([jestProgram, ...given, '--passWithNoTests', ...options, '--json', `--outputFile=${report}`, '--selectProjects', name]));
    tests += ran(report);
  };

  project('unit');
  if (isWanted('live')) {
    const missing = await prepareLive();
    if (missing === null) project('live', '--maxWorkers=2');
    else {
      process.stderr.write(`${inCi ? 'failed' : 'SKIPPED'}: the live tests: ${missing}\n`);
      if (inCi) codes.push(1);
    }
  }
  if (tests === 0) process.stderr.write('no test ran\n');
  return tests > 0 && codes.every((code) => code === 0) ? 0 : 1;
}

function run(args, output = 'inherit') {
  return spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', output, 'inherit'] }).status ?? 1;
}

function ran(report) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return numPassedTests + numFailedTests + numRuntimeErrorTestSuites;
  } catch {
    return 0;
  }
}

/** Whether the arguments leave any file of the project: else its servers need not be there. */
function isWanted(name) {
  const list = spawnSync(process.execPath, [jestProgram, ...given, '--listTests', '--selectProjects', name], {
    cwd: root,
    encoding: 'utf8',
  });
  return list.status !== 0 || list.stdout.includes('.test.ts');
}

/**
 * Finds, builds or fetches the servers here, outside any test's time limit. Answers what is missing, or null.
 * Without a Kafka broker or a browser their tests alone are skipped: they say so themselves.
 */
async function prepareLive() {
  const { findCli } = require('../dist/src/temporal/cli-binary.js');
  const { findKafka, KAFKA_VERSIONS } = require('../dist/src/kafka-broker/jars.js');
  const search = { variables: process.env, say: (line) => process.stderr.write(`${line}\n`) };
  try {
    await findCli(search);
  } catch (error) {
    return error.message;
  }
  for (const version of KAFKA_VERSIONS) {
    try {
      await findKafka(version, search);
    } catch (error) {
      if (inCi) return error.message;
      search.say(error.message);
    }
  }
  return null;
}
