/**
 * `npm run fuzz [-- --requests 20000 --seed 9 --within 3000 --processes]`: the long form of the fuzz tests, at which every answer has to come within
 * 3 s (`--within`, milliseconds: of a machine that is busy otherwise more may have to be borne). Over jobs in memory; with `--processes` over a facade,
 * a worker and a Temporal server of their own.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../../src/config/package-root';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '9' },
    within: { type: 'string', default: '3000' },
    processes: { type: 'boolean', default: false },
  },
});

for (const name of ['requests', 'seed', 'within'] as const) {
  if (!/^[1-9]\d{0,8}$/.test(values[name])) throw new Error(`--${name} must be a whole number above 0, got ${values[name]}`);
}
const [test, project] = values.processes ? ['test/api/fuzz.live.test', 'live'] : ['test/api/fuzz.test', 'unit'];
const env = { ...process.env, FUZZ_REQUESTS: values.requests, FUZZ_SEED: values.seed, FUZZ_WITHIN_MS: values.within };
const words = ['--no-install', 'jest', test, '--selectProjects', project];
process.exitCode = spawnSync('npx', words, { cwd: packageRoot(), env, stdio: 'inherit' }).status ?? 1;
