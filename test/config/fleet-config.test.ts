/** Every way to get a configuration wrong, said at once and in place. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findFleetConfig, readFleetConfig } from '../../src/config/fleet-config';
import { packageRoot } from '../../src/config/package-root';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'evergen-config-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const seedExample = `seed: 42
number_of_companies: 100
drivers_per_company: 10
event_rate_per_driver: 3.5
company_onboarding_interval: PT1H
`;
const emulated = (keys: string) => `${seedExample}emulated_mode:\n  enabled: true\n${keys.replaceAll(/^/gm, '  ')}\n`;

function refusal(text: string): string[] {
  const folder = folderWith({ 'config.yaml': text });
  try {
    readFleetConfig(join(folder, 'config.yaml'), folder);
    return [];
  } catch (failure) {
    return (failure as Error).message.split('\n');
  }
}

test("the seeds' own examples are valid, and come to what they say", () => {
  const folder = folderWith({
    'config.yaml': seedExample,
    'fast.yaml': emulated('company_batch_interval: PT5S\ndriver_batch_interval: PT5S'),
  });
  expect(readFleetConfig(join(folder, 'config.yaml'), folder)).toMatchObject({
    mode: 'production',
    companyInterval: 'PT1H',
    driverInterval: 'PT15M',
  });
  const fast = readFleetConfig(join(folder, 'fast.yaml'), folder);
  expect(fast).toMatchObject({ mode: 'emulated', companyInterval: 'PT5S', driverInterval: 'PT5S' });
  expect(fast.spec(11)).toMatchObject({
    id: 'fleet',
    seed: 42,
    scenario: { name: 'fleet', options: { number_of_companies: 100, first_company: 11, emulated_mode: { companies_per_batch: 10 } } },
    load: { on_pause: 'hold', on_lag: 'catch_up' },
    sink: { name: 'folders', options: { mode: 'emulated' } },
  });
});

test.each(['base', 'emulated'])('config.%s.yaml, which is there to copy from, is valid', (name) => {
  const file = join(packageRoot(), `src/config/config.${name}.yaml`);
  expect(readFleetConfig(file, packageRoot()).mode).toBe(name === 'base' ? 'production' : 'emulated');
  expect(readFileSync(file, 'utf8')).toContain('cp src/config/');
});

test('the interval that the seed shows as wrong is refused in its words', () => {
  expect(refusal(emulated('company_batch_interval: PT0.5S'))).toEqual([
    'Config validation failed: Emulated interval must be >= 1 second, got PT0.5S (config.yaml:8:27 emulated_mode.company_batch_interval)',
  ]);
});

test('all problems are named at once, each with file and key', () => {
  const said = refusal(`seed: -1
number_of_companies: 0
drivers_per_compny: 10
event_rate_per_driver: 0
company_onboarding_interval: 1h
emulated_mode:
  enabled: yes please
  companies_per_batch: 101
  events_per_batch_min: 9
  events_per_batch_max: 5
  driver_batch_interval: PT2H
quality_injection: { enabled: true, corruption_rate: 1.5, rate: 1, faults: [null_field, nothing_such] }
`);
  const keys = said.map(
    (line) =>
      /^Config validation failed: .* \(config\.yaml:\d+:\d+.*\)$/.test(line) && /[a-z_]+\.?[a-z_]*(?=\)| must| is not)/.exec(line)?.[0],
  );
  expect(keys).not.toContain(false);
  const all = said.join('\n');
  for (const words of [
    'seed must be a whole number from 0 to 4294967295, got -1 (config.yaml:1:7)',
    'number_of_companies must be a whole number from 1 to 10000, got 0 (config.yaml:2:22)',
    'drivers_per_compny is not known here; allowed: seed, start, number_of_companies',
    'event_rate_per_driver must be a number above 0 and up to 100, got 0',
    'Company onboarding interval must be an ISO 8601 duration such as PT10S, got 1h (config.yaml:5:30 company_onboarding_interval)',
    'emulated_mode.enabled must be true or false, got yes please',
    'emulated_mode.companies_per_batch must be a whole number from 1 to 100, got 101',
    'emulated_mode.events_per_batch_max must be >= events_per_batch_min (9), got 5',
    'Emulated interval must be <= 1 hour, got PT2H (config.yaml:11:26 emulated_mode.driver_batch_interval)',
    'quality_injection.corruption_rate must be a number from 0 to 1, got 1.5',
    'quality_injection.rate is not known here; allowed: enabled, corruption_rate, faults',
    'quality_injection.faults.1 must be one of null_field, missing_field',
  ])
    expect(all).toContain(words);
  expect(said).toHaveLength(12);
});

test.each([
  ['an interval without a unit', 'company_onboarding_interval: 60'],
  ['an interval in the short form', 'driver_event_interval: 15m'],
  ['an interval of a month, which has no length', 'company_onboarding_interval: P1M'],
  ['an interval below a second', 'driver_event_interval: PT0.999S'],
  ['no interval', 'company_onboarding_interval: ""'],
  ['a longer one than a month', 'company_onboarding_interval: P31D'],
  ['a fraction of a company', 'number_of_companies: 1.5'],
  ['text for a number', 'number_of_companies: "100"'],
  ['too many drivers', 'drivers_per_company: 1001'],
  ['a rate below 0', 'event_rate_per_driver: -3.5'],
  ['a rate that is none', 'event_rate_per_driver: .nan'],
  ['a seed that is too large', 'seed: 4294967296'],
  ['a start that is no instant', 'start: yesterday'],
  ['a number of companies that nobody may set', 'first_company: 5'],
  ['more events than a batch can hold', 'number_of_companies: 10000\ndrivers_per_company: 1000'],
  ['a list for a map', 'emulated_mode: [enabled]'],
  ['aliases without end', 'seed: &a [*a]\nx: &b [1, 1, 1]\ny: &c [*b, *b, *b, *b, *b, *b]\nz: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]'],
  ['a key twice', 'seed: 1\nseed: 2'],
  ['nothing but words', 'hello'],
  ['no YAML', 'a: ['],
])('%s is refused', (_, text) => {
  const said = refusal(text);
  expect(said.length).toBeGreaterThan(0);
  for (const line of said)
    expect(line).toMatch(/^Config validation failed: .+ \(.*config\.yaml.*\)$|^Config validation failed: config\.yaml is neither/);
});

test('it is looked for where FLEET_CONFIG says, else in two places, the active one first', () => {
  const folder = folderWith({ 'src/generators/config.yaml': seedExample, 'other.yaml': emulated('') });
  expect(findFleetConfig(undefined, folder)?.mode).toBe('production');
  expect(findFleetConfig('other.yaml', folder)?.mode).toBe('emulated');
  writeFileSync(join(folder, 'src/generators/config.yaml'), 'x: 1');
  mkdirSync(join(folder, 'src/config'));
  writeFileSync(join(folder, 'src/config/config.active.yaml'), emulated(''));
  expect(findFleetConfig(undefined, folder)?.mode).toBe('emulated');
  expect(findFleetConfig(undefined, tmpdir())).toBeNull();
  expect(() => findFleetConfig('gone.yaml', folder)).toThrow('Config validation failed: there is no such file (gone.yaml)');
});
