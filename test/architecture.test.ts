/** The map holds: every rule is asked of the real sources, and shown to see the fault that it is for. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { faults } from '../src/quality';
import { scenarios } from '../src/scenarios';
import { sinks } from '../src/sinks';
import { lint } from './architecture/lint';
import {
  effectsInside,
  emptyNames,
  impureMakers,
  longFiles,
  misnamedPlugins,
  strangersInWorkflows,
  wrongDirections,
} from './architecture/rules';
import { root, sourcesOf, type Sources } from './architecture/sources';

const sources = sourcesOf(['src', 'workflows', 'activities'], ['.ts', '.tsx']);
const all: Sources = new Map([...sources, ...sourcesOf(['test', 'bench', 'scripts'], ['.ts', '.js', '.mjs'])]);
const one = (path: string, code: string): Sources => new Map([[path, code]]);

describe('imports point one way, so that each layer can be read, tested and replaced without those above it', () => {
  test('in all sources', () => {
    expect(wrongDirections(sources)).toEqual([]);
  });

  test.each([
    ['src/fields/int.ts', "import { crisis } from '../scenarios/crisis';"],
    ['src/fields/int.ts', "import type { Sink } from '../sinks/sink';"],
    ['src/scenarios/crisis.ts', "export { disk } from '../sinks';"],
    ['src/quality/fault.ts', "import type { StreamDefinition } from '../scenarios/scenario';"],
    ['src/sinks/disk/writer.ts', "import { int } from '../../fields';"],
    ['src/spec/plan.ts', "const { emit } = await import('../../activities/emit');"],
    ['src/jobs/reader.ts', "import { emit } from '../../activities/emit';"],
    ['src/verify/verify.ts', "import { createApp } from '../api/app';"],
    ['src/temporal/connect.ts', "import { temporalJobs } from '../jobs/temporal-jobs';"],
    ['src/config/env.ts', "import { findCli } from '../temporal/cli-binary';"],
    ['src/api/app.ts', "type Main = import('../cli/main').Main;"],
    ['src/cli/main.ts', "import '../server';"],
    ['activities/emit.ts', "import { temporalJobs } from '../src/jobs/temporal-jobs';"],
    ['workflows/pace.ts', "import type { Batch } from '../src/sinks/sink';"],
    ['src/helicopters/rotor.ts', ''],
  ])('%s: `%s` is seen', (path, code) => {
    expect(wrongDirections(one(path, code))).toHaveLength(1);
  });
});

describe('workflow code is deterministic: only arithmetic and Temporal', () => {
  test('in all sources', () => {
    expect(strangersInWorkflows(sources)).toEqual([]);
  });

  test.each([
    "import { readFile } from 'node:fs/promises';",
    "import { z } from 'zod';",
    "import { Context } from '@temporalio/activity';",
  ])('`%s` is seen', (code) => {
    expect(strangersInWorkflows(one('workflows/pace.ts', code))).toHaveLength(1);
  });

  test('the bundle that workers run holds nothing else, and a stranger in it is seen', async () => {
    const clean = await modulesOfBundle();
    const stained = await modulesOfBundle(join(root, 'src', 'registry.ts'));

    expect(clean.filter((module) => module.includes('workflows/generate.ts'))).toHaveLength(1);
    expect(clean.filter(isStranger)).toEqual([]);
    expect(stained.filter(isStranger)).not.toEqual([]);
    // Two runs of a bundler, on whatever the machine has left.
  }, 60_000);
});

describe('effects are at the edges: composition roots read the environment, listen and exit', () => {
  test('in all sources', () => {
    expect([...effectsInside(sources), ...impureMakers(sources)]).toEqual([]);
  });

  test.each(['process.env.HOME', "process['env']", 'process.exit(1)', 'process.argv[2]', 'server.listen(80)'])('`%s` is seen', (code) => {
    const before = '/** why */ const text = (n: number) => `${n} of ${n}`;';
    expect(effectsInside(one('src/jobs/reader.ts', `${before} ${code};`))).toHaveLength(1);
    expect(effectsInside(one('src/server.ts', code))).toEqual([]);
  });

  test('a comment that speaks of the environment is no effect', () => {
    expect(effectsInside(one('src/jobs/reader.ts', "// process.env is read elsewhere\nconst a = 'process.exit';"))).toEqual([]);
  });

  test.each(['const t = Date.now();', 'const r = Math.random();', 'const d = new Date();', "import { readFileSync } from 'node:fs';"])(
    'in what makes events, `%s` is seen',
    (code) => {
      expect(impureMakers(one('src/fields/int.ts', code))).toHaveLength(1);
    },
  );
});

describe('what is where can be told from names and sizes', () => {
  test('in all files', () => {
    expect([...longFiles(all), ...emptyNames(all)]).toEqual([]);
  });

  test('a long file and an empty name are seen', () => {
    expect(longFiles(one('src/api/app.ts', '\n'.repeat(301)))).toHaveLength(1);
    expect(emptyNames(one('src/api/request-utils.ts', ''))).toHaveLength(1);
  });

  test.each([
    ['scenarios', scenarios.plugins, ['index', 'scenario']],
    ['sinks', sinks.plugins, ['index', 'sink', 'open', 'totals']],
    ['quality/faults', faults.plugins, ['index']],
  ])('%s: file, name and export of a plug-in are the same word', (folder, plugins, others) => {
    const files = readdirSync(join(root, 'src', folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
      .map(({ name }) => name.replace(/\.ts$/, ''))
      .filter((name) => !others.includes(name));
    const exportsOf = (file: string) => jest.requireActual<Record<string, unknown>>(join(root, 'src', folder, file));

    expect(misnamedPlugins(plugins, files, exportsOf)).toEqual([]);
    expect(misnamedPlugins(plugins, [...files, 'forgotten'], exportsOf)).toHaveLength(1);
    expect(misnamedPlugins([...plugins, { name: 'nowhere' }], files, exportsOf)).toHaveLength(1);
    expect(misnamedPlugins([{ ...plugins[0]!, name: 'renamed' }], ['renamed'], () => ({ other: plugins[0] }))).toHaveLength(1);
  });
});

test('the linter says the same while one writes: a forbidden import in each layer, the environment inside, a shout', () => {
  const faults = [
    ['src/fields/int.ts', "export * from '../scenarios/crisis';", 'no-restricted-imports'],
    ['src/scenarios/crisis.ts', "export * from '../sinks';", 'no-restricted-imports'],
    ['src/sinks/disk/writer.ts', "export * from '../../fields/int';", 'no-restricted-imports'],
    ['src/spec/plan.ts', "export * from '../jobs/jobs';", 'no-restricted-imports'],
    ['src/config/env.ts', "export * from '../temporal/connect';", 'no-restricted-imports'],
    ['src/temporal/connect.ts', "export * from '../jobs/jobs';", 'no-restricted-imports'],
    ['src/verify/verify.ts', "export * from '../../activities';", 'no-restricted-imports'],
    ['src/jobs/reader.ts', "export * from '../api/app';", 'no-restricted-imports'],
    ['src/api/app.ts', "export * from '../cli/main';", 'no-restricted-imports'],
    ['src/console/job/facts.tsx', "export * from '../../jobs/jobs';", '@typescript-eslint/no-restricted-imports'],
    ['src/console/job/facts.tsx', "export * from 'node:fs';", '@typescript-eslint/no-restricted-imports'],
    ['activities/emit.ts', "export * from '../src/jobs/jobs';", 'no-restricted-imports'],
    ['workflows/pace.ts', "export * from '../src/sinks/sink';", 'no-restricted-imports'],
    ['src/jobs/reader.ts', 'export const home = process.env;', 'no-restricted-properties'],
    ['src/api/app.ts', 'process.exit(1);', 'no-restricted-properties'],
    ['src/api/app.ts', 'console.log(1);', 'no-console'],
    // What is allowed stays so.
    ['src/temporal/connect.ts', "export * from '@temporalio/worker';", null],
    ['src/cli/main.ts', 'export const home = process.env;', null],
    ['src/console/facade/kinds.ts', "export type { JobBody } from '../../jobs/job-body';\nexport * from '../../jobs/rates';", null],
    ['src/jobs/reader.ts', "export * from './list';\nexport * from '../sinks/sink';", null],
  ] as const;

  const found = lint(faults.map(([path, code]) => ({ path, code })));

  expect(found.map((rules, i) => [faults[i]![0], faults[i]![1], ...rules])).toEqual(
    faults.map(([path, code, rule]) => [path, code, ...(rule === null ? [] : [rule])]),
  );
}, 30_000);

/** Sources named by the source map of the bundle, which holds what webpack put into it. */
async function modulesOfBundle(...workflowInterceptorModules: string[]): Promise<string[]> {
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    workflowInterceptorModules,
    logger: quiet,
  });
  const map = /sourceMappingURL=data:application\/json;charset=utf-8;base64,(\S+)/.exec(code)?.[1] ?? '';
  const { sources: modules } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
  return modules;
}

/** Neither ours, nor Temporal's, nor what Temporal's workflow package brings along, nor webpack's own few lines. */
const isStranger = (module: string): boolean =>
  !/^(ignored\|)?(workflows\/|node_modules\/(@temporalio|nexus-rpc|long|ms)\/|webpack\/)/.test(module.replace(`${root}/`, ''));
