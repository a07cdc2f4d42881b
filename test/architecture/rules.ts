/** The rules of the map, each a question to the sources: it answers one sentence for every place that breaks it. */
import { importsOf, layerOf, type Sources, usesOf } from './sources';

/** From each layer, the layers that it may know: imports point one way. A new folder of `src/` gets a line here and in eslint.config.mjs. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  workflows: [],
  'edit-distance': [],
  explain: [],
  registry: ['edit-distance', 'explain'],
  log: [],
  metrics: [],
  figures: [],
  fields: [],
  quality: ['fields', 'registry', 'workflows'],
  scenarios: ['explain', 'fields', 'registry', 'workflows'],
  sinks: ['registry', 'workflows'],
  spec: ['explain', 'figures', 'fields', 'quality', 'scenarios', 'sinks', 'registry', 'workflows'],
  config: ['edit-distance', 'scenarios', 'spec'],
  temporal: ['config', 'spec', 'log', 'workflows'],
  'kafka-broker': ['config', 'spec', 'temporal'],
  verify: ['fields', 'scenarios', 'sinks', 'spec', 'workflows'],
  activities: ['fields', 'scenarios', 'sinks', 'spec', 'log', 'metrics', 'workflows'],
  connector: ['fields', 'scenarios', 'sinks', 'spec', 'workflows'],
  // Of these two the page takes types, and what is nothing but arithmetic and words: eslint.config.mjs names it.
  console: ['figures', 'jobs', 'spec'],
  jobs: ['figures', 'scenarios', 'sinks', 'spec', 'log', 'workflows'],
  api: ['connector', 'jobs', 'scenarios', 'sinks', 'spec', 'registry', 'log', 'metrics', 'workflows'],
  cli: [
    'activities',
    'config',
    'fields',
    'figures',
    'jobs',
    'kafka-broker',
    'log',
    'registry',
    'scenarios',
    'sinks',
    'spec',
    'temporal',
    'verify',
    'workflows',
  ],
  worker: ['activities', 'config', 'log', 'metrics', 'sinks', 'spec', 'temporal', 'workflows'],
  server: ['api', 'config', 'connector', 'jobs', 'log', 'metrics', 'sinks', 'spec', 'temporal', 'workflows'],
};

export function wrongDirections(sources: Sources): string[] {
  return each(sources, (path, text) => {
    const layer = layerOf(path);
    const allowed = layer === undefined ? undefined : MAY_IMPORT[layer];
    if (layer === undefined || allowed === undefined) return [`${path} belongs to no layer of the map`];
    return importsOf(path, text).flatMap((imported) => {
      const target = layerOf(imported);
      return target === undefined || target === layer || allowed.includes(target) ? [] : [`${path} imports ${imported}`];
    });
  });
}

/** What runs in Temporal's sandbox is only arithmetic and Temporal's own calls. */
export function strangersInWorkflows(sources: Sources): string[] {
  return each(under(sources, 'workflows/'), (path, text) =>
    importsOf(path, text).flatMap((imported) =>
      imported === '@temporalio/workflow' || /^workflows\/[^/]+$/.test(imported) ? [] : [`${path} imports ${imported}`],
    ),
  );
}

/** Composition roots: they read the environment, listen and exit. */
const EDGES = /^src\/(worker\.ts|server\.ts|cli\/|config\/)/;
/** `free-port` listens for a moment, to learn which port is free. */
const LISTENERS = new Set(['src/temporal/free-port.ts']);
const EFFECTS = [
  { what: 'the environment', use: /^process\.env$/ },
  { what: 'the command line', use: /^process\.argv$/ },
  { what: 'exit', use: /^process\.exit$/ },
  { what: 'listen', use: /\.listen\([^0]/ },
];

export function effectsInside(sources: Sources): string[] {
  return each(sources, (path, text) => {
    if (EDGES.test(path)) return [];
    const uses = usesOf(text);
    return EFFECTS.filter(({ what, use }) => uses.some((one) => use.test(one)) && !(what === 'listen' && LISTENERS.has(path))).map(
      ({ what }) => `${path} touches ${what}`,
    );
  });
}

const CLOCK_OR_CHANCE = /^(Date\.now|Math\.random|performance\.\w+)$|^new Date\(0|^set(Timeout|Interval|Immediate)\(/;

/** Hashes; and how a library is loaded when it is first used. */
const PURE = ['node:crypto', 'node:module'];

/** Every byte is a function of the data identity and the address: no clock, no chance, no file. */
export function impureMakers(sources: Sources): string[] {
  return each(sources, (path, text) => {
    if (!/^src\/(fields|quality|scenarios)\//.test(path) && path !== 'workflows/schedule.ts') return [];
    const clocks = usesOf(text).filter((use) => CLOCK_OR_CHANCE.test(use));
    const io = importsOf(path, text).filter((imported) => imported.startsWith('node:') && !PURE.includes(imported));
    return [...clocks, ...io].map((what) => `${path} uses ${what}`);
  });
}

const MOST_LINES = 300;

export const longFiles = (sources: Sources): string[] =>
  each(sources, (path, text) => {
    const lines = text.split('\n').length - 1;
    return lines > MOST_LINES ? [`${path} has ${String(lines)} lines: look for the second thing that it does`] : [];
  });

const EMPTY_NAMES = /^(utils?|helpers?|common|misc|managers?|services?)$/;

export const emptyNames = (sources: Sources): string[] =>
  each(sources, (path) =>
    path
      .replace(/\.\w+$/, '')
      .split(/[/.-]/)
      .some((word) => EMPTY_NAMES.test(word))
      ? [`${path} is named after nothing`]
      : [],
  );

/**
 * A plug-in's file, export and name are the same word (`rest-api` is exported as `restApi`, `null_field` stands in `null-field`), and every file beside the registry is registered.
 * @param files names in the folder, without `.ts`, that should be plug-ins
 * @param exportsOf what such a file exports
 */
export function misnamedPlugins(
  plugins: readonly { name: string }[],
  files: readonly string[],
  exportsOf: (file: string) => Readonly<Record<string, unknown>>,
): string[] {
  const fileOf = (name: string) => name.replaceAll('_', '-');
  const camel = (name: string) => name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
  return [
    ...files.filter((file) => !plugins.some(({ name }) => fileOf(name) === file)).map((file) => `${file} is not registered under its name`),
    ...plugins
      .filter((plugin) => !files.includes(fileOf(plugin.name)) || exportsOf(fileOf(plugin.name))[camel(plugin.name)] !== plugin)
      .map(({ name }) => `${name} is not what the file ${name} exports as ${camel(name)}`),
  ];
}

const under = (sources: Sources, folder: string): Sources => new Map([...sources].filter(([path]) => path.startsWith(folder)));

const each = (sources: Sources, ask: (path: string, text: string) => string[]): string[] =>
  [...sources].flatMap(([path, text]) => ask(path, text));
