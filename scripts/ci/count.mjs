// `node scripts/ci/count.mjs EXIT-CODE REPORT…`: writes `PASSED FAILED` of Jest's JSON reports. Skipped tests are failures: nothing may be missing
// where this runs. So is a run that ended badly although no test of it failed, and one in which nothing ran.
import { readFileSync } from 'node:fs';

const [code, ...files] = process.argv.slice(2);
let [passed, failed] = [0, 0];
for (const file of files) {
  const report = read(file);
  passed += report?.numPassedTests ?? 0;
  if (report === null) failed += 1;
  else failed += report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests + report.numTodoTests;
}
if (failed === 0 && (code !== '0' || passed === 0)) failed = 1;
process.stdout.write(`${passed} ${failed}\n`);

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
