/** What can be known of docker-compose.yml and Dockerfile without Docker: names, ports, variables and files hold together. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { commands } from '../src/cli/commands';
import { parseEnvironment } from '../src/config/env';
import { findFleetConfig } from '../src/config/fleet-config';
import { variableNames, variables } from '../src/config/variables';
import { scripts } from '../package.json';

interface Service {
  image: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
}

const root = join(__dirname, '..');
const text = (name: string) => readFileSync(join(root, name), 'utf8');
const compose = parse(text('docker-compose.yml'), { merge: true }) as { services: Record<string, Service>; volumes: Record<string, null> };
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image === 'evergen');
const dockerfile = text('Dockerfile');

test('nothing is published beyond this machine', () => {
  const published = services.flatMap(([, { ports = [] }]) => ports);

  expect(published.length).toBeGreaterThanOrEqual(6);
  expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
});

test('who waits for whom is there, and can tell that it is ready', () => {
  for (const [name, { depends_on: waits = {} }] of services)
    for (const [awaited, { condition }] of Object.entries(waits)) {
      expect([name, awaited, compose.services[awaited] !== undefined]).toEqual([name, awaited, true]);
      if (condition === 'service_healthy') expect([awaited, compose.services[awaited]?.healthcheck !== undefined]).toEqual([awaited, true]);
    }
});

test('state is in named volumes, all of which are declared and used', () => {
  const used = services
    .flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]))
    .filter((name) => name?.startsWith('.') === false);

  expect([...new Set(used)].sort()).toEqual(Object.keys(compose.volumes).sort());
});

test('evergen is given variables that it reads, with values that it takes, and commands that it has', () => {
  const known: string[] = [];
  for (const register of commands) register({ command: (name: string) => (known.push(name), chain) } as never, {} as never);

  expect(ours.map(([name]) => name)).toEqual(['generator', 'worker']);
  for (const [, { environment = {}, command = [] }] of ours) {
    expect(Object.keys(environment).filter((name) => !(variableNames as string[]).includes(name))).toEqual([]);
    expect(() => parseEnvironment(environment, root)).not.toThrow();
    expect(known).toContain(command[0]);
  }
});

/** Whatever is asked of a command while it is put together. */
const chain: unknown = new Proxy(() => chain, { get: () => chain, apply: () => chain });

test("the facade's ports are published under their own numbers", () => {
  const standard = variables.parse({});

  expect(compose.services['generator']?.ports).toEqual(
    [standard.EVERGEN_PORT, standard.CRISIS_PORT, standard.FLEET_PORT].map((port) => `127.0.0.1:${String(port)}:${String(port)}`),
  );
});

test("the fleet's configuration of the checkout is the container's, where it is looked for, and cannot be written from inside", () => {
  const workdir = /^WORKDIR (\S+)$/m.exec(dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')))?.[1];

  expect(compose.services['generator']?.volumes).toEqual(['data:/data', `./src/config:${String(workdir)}/src/config:ro`]);
  expect(findFleetConfig('src/config/config.emulated.yaml', root)?.mode).toBe('emulated');
});

test('the tools with which people look at the data from inside are in the image', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  // Debian's slim image has sh, ls, head, cat, find, grep, wc and sort; `watch` is of procps.
  expect(last).toMatch(/^FROM node:\d+-bookworm-slim$/m);
  for (const tool of ['jq', 'procps']) expect(/apt-get install (.*?) &&/.exec(last)?.[1]?.split(' ')).toContain(tool);
});

test('the brokers that evergen is told of are what Kafka advertises inside, and what this machine reaches is what it advertises outside', () => {
  const { environment = {}, ports } = compose.services['kafka'] ?? {};
  const advertised = environment['KAFKA_ADVERTISED_LISTENERS']?.split(',') ?? [];

  for (const [, { environment: given }] of ours) expect(advertised).toContain(`INSIDE://${given?.['KAFKA_BOOTSTRAP'] ?? ''}`);
  expect(advertised).toContain('OUTSIDE://localhost:9092');
  expect(ports).toEqual(['127.0.0.1:9092:9092']);
});

test('the image is built in stages, runs as nobody special under an init, and tells whether it is well', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  expect(dockerfile.match(/^FROM /gm)).toHaveLength(2);
  expect(last).toMatch(/^USER node$/m);
  expect(last.indexOf('\nUSER node')).toBeLessThan(last.indexOf('\nENTRYPOINT'));
  expect(last).toMatch(/^ENTRYPOINT \["tini", "--", "\.\/evergen"\]$/m);
  expect(last).toMatch(/\/healthz/);
});

test('what the image is made of is in the checkout and is let through to the build, and its variables are ours', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  const ignore = text('.dockerignore').split('\n');
  const set = [.../^ENV (.+)$/m.exec(dockerfile)![1]!.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);

  expect(copied.length).toBeGreaterThan(6);
  for (const name of copied) expect([name, existsSync(join(root, name)), ignore.includes(`!${name}`)]).toEqual([name, true, true]);
  expect(Object.keys(scripts)).toContain('prepare');
  expect(set.map(([name]) => name).filter((name) => name !== 'NODE_ENV' && !(variableNames as string[]).includes(name!))).toEqual([]);
  expect(() => parseEnvironment(Object.fromEntries(set) as Record<string, string>, root)).not.toThrow();
});
