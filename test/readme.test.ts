/** What the README says is there: its commands, calls, paths and tables are looked up one by one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { catalogueRoutes, healthRoutes } from '../src/api/catalogue';
import { crisisRoutes } from '../src/api/crisis';
import { emailRoutes } from '../src/api/email';
import { fleetRoutes } from '../src/api/fleet';
import { jobRoutes } from '../src/api/jobs';
import { metricsRoutes } from '../src/api/metrics';
import { liveRoute } from '../src/api/live';
import type { Route } from '../src/api/route';
import { scheduleRoutes } from '../src/api/schedules';
import { timelineRoutes } from '../src/api/timeline';
import { tutoringRoutes } from '../src/api/tutoring';
import { commands } from '../src/cli/commands';
import { variableNames } from '../src/config/variables';
import type { Plugin } from '../src/registry';
import { scenarios } from '../src/scenarios';
import { sinks } from '../src/sinks';
import { parseJobSpec } from '../src/spec/job-spec';
import { scripts } from '../package.json';

const root = join(__dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Contents of the fenced blocks of one language. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text = '']) => (name === language ? [text] : []));

/** Commands as typed: comments cut off, continued lines joined, `&&` taken apart. */
const typed = blocks('sh')
  .join('')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .flatMap((line) => line.replace(/\s#\s.*$/, '').split('&&'))
  .map((line) => line.trim())
  .filter((line) => line !== '');

const calls = [
  ...new Set([...typed, ...readme.matchAll(/`(\.\/evergen [^`]+)`/g)].map((line) => (typeof line === 'string' ? line : (line[1] ?? '')))),
];
const evergenCalls = calls.filter((line) => line.startsWith('./evergen '));
const curls = typed.filter((line) => line.startsWith('curl '));
const npmCalls = typed.filter((line) => line.startsWith('npm '));

function program(): Command {
  const made = new Command('evergen');
  const never = () => {
    throw new Error('nothing is run here');
  };
  for (const register of commands)
    register(made, {
      variables: {},
      folder: root,
      environment: never,
      out: never,
      say: never,
      isTerminal: false,
      onInterrupt: never,
    });
  return made;
}

test('there is something of each kind to look up, or the rest of this file would prove nothing', () => {
  expect(Math.min(evergenCalls.length - 9, curls.length - 4, npmCalls.length - 4, paths().length - 19)).toBeGreaterThan(0);
});

test.each(evergenCalls)('`%s` is a command with these options', (line) => {
  const [name = '', ...rest] = line.split(/\s+/).slice(1);
  const outer = program().commands.find((known) => known.name() === name);
  const inner = outer?.commands.find((known) => known.name() === rest[0]);
  const [command, words] = inner === undefined ? [outer, rest] : [inner, rest.slice(1)];
  const options = words.filter((word) => /^--?[a-z]/.test(word));

  expect(outer?.name()).toBe(name);
  for (const option of options) expect(command?.options.map(({ short, long }) => [short, long]).flat()).toContain(option);
  const values = words.filter((word, i) => !options.includes(word) && !takesValue(command, words[i - 1])).length;
  expect(values).toBeLessThanOrEqual(command?.registeredArguments.length ?? 0);
});

const takesValue = (command: Command | undefined, word: string | undefined): boolean =>
  command?.options.some(
    ({ short, long, required, optional }) => (required || optional) && word !== undefined && [short, long].includes(word),
  ) ?? false;

test.each(npmCalls)('`%s` is something that npm or package.json knows', (line) => {
  const [, verb = '', script = ''] = line.split(/\s+/);

  expect(['ci', ...Object.keys(scripts)]).toContain(verb === 'run' ? script : verb);
});

const routesOfPort: Readonly<Record<string, (deps: typeof noDeps) => Route[]>> = {
  8001: crisisRoutes,
  18000: fleetRoutes,
  8787: emailRoutes,
};

test.each(curls)('%s is a route of the port that it calls, with a body that it takes', (line) => {
  const [, port = '', path] = /localhost:(8001|18000|8787)(\/[\w/]+)/.exec(line) ?? [];
  const route = routesOfPort[port]?.(noDeps).find((known) => known.path === path);
  const body = /-d '(.*)'/.exec(line)?.[1];

  expect(route?.method).toBe(line.includes('-X POST') ? 'post' : 'get');
  if (body === undefined) expect(route?.body).toBeUndefined();
  else expect(route?.body === 'spec' ? undefined : route?.body?.safeParse(JSON.parse(body)).success).toBe(true);
});

// Routes are data: making the list calls nobody.
const noDeps = {} as Parameters<typeof catalogueRoutes>[0];

/** What stands in backticks or brackets and looks like a path of the repository. */
function paths(): string[] {
  const quoted = [...readme.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].map(([, path = '']) => path);
  const linked = [...readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, path = '']) => path);
  const tree = [...(blocks('text').at(-1) ?? '').matchAll(/^( *)([\w-]+(?:\/|\.ts))/gm)].map(([, indent, name = '']) =>
    indent === '' ? name : `src/${name}`,
  );
  return [
    ...new Set([...quoted.filter((path) => /^(src|test|workflows|activities|tools|scripts|bench)\//.test(path)), ...linked, ...tree]),
  ];
}

test.each(paths())('%s is there', (path) => {
  expect(existsSync(join(root, path))).toBe(true);
});

test('the map shows every folder of src/, so that nothing has to be guessed', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

  expect(folders.map(({ name }) => `src/${name}/`).filter((name) => !paths().includes(name))).toEqual([]);
});

test.each([
  ['scenario', scenarios.plugins],
  ['sink', sinks.plugins],
] satisfies [string, readonly Plugin[]][])('the table of %ss is the registry', (kind, plugins) => {
  const table = new RegExp(`^\\| ${kind} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(readme)?.[1];

  expect(table?.trim().split('\n')).toEqual(plugins.map(({ name, summary }) => `| \`${name}\` | ${summary} |`));
});

/** First cells of the table whose first heading is this, each backticked thing in them. */
const listed = (heading: string): string[] => {
  const rows = new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(readme)?.[1] ?? '';
  return rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
};

/** What other programs call, not people. */
const HIDDEN = ['up-in-background', 'complete'];

test('the table of commands is what the program has, so that none is promised and none is hidden', () => {
  const known = program().commands.flatMap((command) =>
    command.commands.length === 0 ? [command.name()] : command.commands.map((inner) => `${command.name()} ${inner.name()}`),
  );

  expect(listed('command').sort()).toEqual(known.filter((name) => !HIDDEN.includes(name)).sort());
});

test('the table of routes is what the facade answers', () => {
  const routes = [
    jobRoutes,
    timelineRoutes,
    scheduleRoutes,
    tutoringRoutes,
    emailRoutes,
    catalogueRoutes,
    healthRoutes,
    metricsRoutes,
  ].flatMap((routesOf) => routesOf(noDeps));
  const under = (at: string, own: readonly Route[]) => own.map((route) => ({ ...route, path: `${at}${route.path}` }));
  // The twins below /api are told in words.
  const fleet = fleetRoutes(noDeps).filter(({ path }) => !path.startsWith('/api'));
  const all = [...routes, liveRoute(noDeps), ...under('/crisis', crisisRoutes(noDeps)), ...under('/fleet', fleet)];
  const documents = ['GET /', 'GET /docs', 'GET /openapi.json'];

  expect(listed('route').sort()).toEqual([...all.map(({ method, path }) => `${method.toUpperCase()} ${path}`), ...documents].sort());
});

test.each(blocks('yaml'))('a specification that is shown is valid', (text) => {
  expect(() => parseJobSpec(parse(text))).not.toThrow();
});

test('every variable that is named is one that evergen reads', () => {
  const named = [...readme.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name = '']) => name);

  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(variableNames as string[]).includes(name))).toEqual([]);
});
