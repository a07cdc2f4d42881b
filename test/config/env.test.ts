import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvironment, readEnvironment } from '../../src/config/env';
import { envExample } from '../../src/config/example';
import { packageRoot } from '../../src/config/package-root';
import { variableNames } from '../../src/config/variables';
import { UserError } from '../../src/spec/failures';

const linesOf = (given: Record<string, string>): string[] => {
  try {
    parseEnvironment(given, '/here');
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n').sort();
    throw error;
  }
};

test('nothing set gives the documented ports, a DATA_DIR that does not depend on later working directories, and loopback', () => {
  const environment = parseEnvironment({}, '/here');

  expect(environment).toMatchObject({
    EVERGEN_PORT: 8787,
    CRISIS_PORT: 8001,
    FLEET_PORT: 18000,
    TEMPORAL_PORT: 7233,
    TEMPORAL_UI_PORT: 8233,
  });
  expect(environment).toMatchObject({ DATA_DIR: '/here/data', LOG_LEVEL: 'info' });
  expect(environment.EVERGEN_HOST).toBeUndefined();
});

test('a port may be 0 for a free one or off, and says so when it is neither', () => {
  expect(parseEnvironment({ EVERGEN_PORT: '0', CRISIS_PORT: 'off' }, '/')).toMatchObject({ EVERGEN_PORT: 0, CRISIS_PORT: null });
  expect(linesOf({ EVERGEN_PORT: 'x' })).toEqual(['EVERGEN_PORT: must be a port 0-65535 or "off", got "x"']);
  expect(linesOf({ TEMPORAL_PORT: 'off' })).toEqual(['TEMPORAL_PORT: must be a port 0-65535, got "off"']);
});

test('all problems are told at once, so that one round of mending is enough', () => {
  expect(linesOf({ EVERGEN_PORT: '70000', LOG_LEVEL: 'loud', TEMPORAL_ADDRESS: 'http://x', CRISIS_PROT: '1' })).toEqual([
    'CRISIS_PROT: is not read; did you mean CRISIS_PORT?',
    'EVERGEN_PORT: must be a port 0-65535 or "off", got "70000"',
    'LOG_LEVEL: must be debug, info, warn, error, got "loud"',
    'TEMPORAL_ADDRESS: must be host:port, got "http://x"',
  ]);
});

test('an address that others can reach needs a token or an explicit word, as the API can delete data', () => {
  expect(linesOf({ EVERGEN_HOST: '0.0.0.0' })).toEqual([expect.stringContaining('set EVERGEN_TOKEN, or say EVERGEN_AUTH=none')]);
  expect(linesOf({ EVERGEN_HOST: '0.0.0.0', EVERGEN_TOKEN: 't' })).toEqual([]);
  expect(linesOf({ EVERGEN_HOST: '0.0.0.0', EVERGEN_AUTH: 'none' })).toEqual([]);
  expect(linesOf({ EVERGEN_HOST: '127.0.0.1' })).toEqual([]);
});

test("another program's name for a variable is left alone where the right one is set", () => {
  expect(linesOf({ TEMPORAL_HOST: 'x' })).toEqual(['TEMPORAL_HOST: is not read; did you mean TEMPORAL_ADDRESS?']);
  expect(linesOf({ TEMPORAL_HOST: 'x', TEMPORAL_ADDRESS: 'x:7233' })).toEqual([]);
});

test('two parts on one port are a contradiction that is found before anything listens', () => {
  expect(linesOf({ EVERGEN_PORT: '8001' })).toEqual(['CRISIS_PORT: is 8001, and so is EVERGEN_PORT: each needs a port of its own']);
});

test('.env fills in what the environment leaves open, and the environment wins', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evergen-env-'));
  writeFileSync(join(folder, '.env'), 'CRISIS_PORT=1001\nFLEET_PORT=1002\n');

  const environment = readEnvironment({ CRISIS_PORT: '2001', FLEET_PORT: '' }, folder);
  rmSync(folder, { recursive: true });

  expect(environment).toMatchObject({ CRISIS_PORT: 2001, FLEET_PORT: 1002 });
});

test('.env.example lists every variable with its meaning and what it is when unset', () => {
  const example = readFileSync(join(packageRoot(), '.env.example'), 'utf8');

  expect(example).toBe(envExample());
  for (const name of variableNames) expect(example).toMatch(new RegExp(`\\n# [^\\n]{8,}\\n# ${name}=`));
});

test('no variable of ours looks like a misspelling of another of ours, as the two could not be told apart', () => {
  for (const name of variableNames) expect(linesOf({ [`${name}S`]: 'x' })).toEqual([`${name}S: is not read; did you mean ${name}?`]);
});
