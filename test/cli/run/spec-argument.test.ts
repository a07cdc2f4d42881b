import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSpec, type SpecOptions } from '../../../src/cli/run/spec-argument';
import { tempFolder } from '../../sinks/temp-folder';

const nothing = () => Promise.resolve('');
const read = (argument: string, options: SpecOptions = {}, input = '') => readSpec(argument, options, () => Promise.resolve(input));
const identity = { seed: 7, start: '2026-01-01T00:00:00.000Z' };

const YAML = 'scenario: crisis\nload: { pace: { rate: 5 }, events: 10 }\nsink: drop\n';

test("a scenario's name with options is a specification", async () => {
  const { spec } = await read('crisis', { rate: '2.5', for: '1m', events: '9', seed: '3', start: '2026-01-01T00:00:00Z', to: 'drop' });

  expect(spec).toMatchObject({
    seed: 3,
    scenario: { name: 'crisis' },
    sink: { name: 'drop' },
    load: { pace: { rate: 2.5 }, for: 'PT1M', events: 9, start: '2026-01-01T00:00:00.000Z' },
  });
});

test('a rate with an interval is the events of an interval in one batch', async () => {
  const { spec } = await read('crisis', { rate: '5', every: '10s' });

  expect(spec.load.pace).toEqual({ every: 'PT10S', batch_size: 50 });
});

test('events of an interval must be whole, as half an event cannot be made', async () => {
  await expect(read('crisis', { rate: '0.25', every: '10s' })).rejects.toThrow('--rate 0.25 makes 2.5 events each --every 10s');
});

test('a name alone runs at a stated rate, and that is said', async () => {
  const { spec, notes, endless } = await read('crisis');

  expect(spec.load.pace).toEqual({ rate: 10 });
  expect(notes).toEqual([expect.stringContaining('no --rate')]);
  expect(endless).toBe(true);
});

test('all problems are told at once under the names of the options', async () => {
  const attempt = read('crisis', { rate: 'fast', for: '3 weeks', seed: '-1', events: '1.5', start: 'noon', to: 's3' });

  await expect(attempt).rejects.toMatchObject({
    code: 'USER',
    problems: ['--to', '--seed', '--rate', '--for', '--events', '--start'].map((path) => ({
      path,
      message: expect.stringContaining('must be') as string,
    })),
  });
});

test('a rate that makes no whole events each interval hides no other problem', async () => {
  await expect(read('crisis', { rate: '0.25', every: '10s', for: '1', to: 's3' })).rejects.toMatchObject({
    problems: [{ path: '--to' }, { path: '--rate' }, { path: '--for' }],
  });
});

test.each([
  ['kafka:no topic', '--to must be the name of a topic'],
  ['http:ftp://127.0.0.1/', '--to must begin with http:// or https://, got ftp:'],
  ['memory', '--to must be disk, kafka, kafka:TOPIC, http, http:URL or drop'],
  ['dsk', "did you mean 'disk'?"],
  ['disk:exports', '--to disk takes nothing after it'],
])('--to %s is refused in words', async (to, said) => {
  await expect(read('crisis', { to })).rejects.toThrow(said);
});

test('--to kafka names a topic after a colon, or leaves it to be named after scenario and stream', async () => {
  expect((await read('crisis', { to: 'kafka:orders' })).spec.sink).toMatchObject({ name: 'kafka', options: { topic: 'orders' } });
  expect((await read('crisis', { to: 'kafka' })).spec.sink).toMatchObject({ options: { topic: 'evergen.crisis.{stream}' } });
});

test.each(['nightly.yaml', '-'])('%s is a document; seed and start may be put over it', async (name) => {
  const path = name === '-' ? '-' : join(await tempFolder(), name);
  if (path !== '-') await writeFile(path, YAML);

  const { spec, again } = await read(path, { seed: '9', start: '2026-01-01T00:00:00Z' }, YAML);

  expect(spec).toMatchObject({ seed: 9, load: { pace: { rate: 5 }, events: 10, start: '2026-01-01T00:00:00.000Z' } });
  expect(again(identity)).toBe(`run ${path} --seed 7 --start 2026-01-01T00:00:00.000Z`);
});

test('options that would contradict a document are refused', async () => {
  await expect(read('-', { rate: '5', to: 'drop' }, YAML)).rejects.toThrow(
    "--rate, --to go with a scenario's name: standard input says its own load and sink",
  );
  await expect(read('-', { rate: '5' }, YAML)).rejects.toThrow("--rate goes with a scenario's name");
});

test.each([
  ['crsis', "there is neither a file nor a scenario crsis: did you mean 'crisis'?"],
  ['./absent.yaml', './absent.yaml: there is no such file'],
])('%s is not found, with a hint', async (argument, said) => {
  await expect(readSpec(argument, {}, nothing)).rejects.toThrow(said);
});

test('the line that repeats a run makes the same specification again, but for what was left open', async () => {
  const { again, spec } = await read('crisis', { rate: '2', every: '5s', for: '1m', to: 'drop' });
  const [, name = '', ...words] = again(identity).split(' ');
  const options = Object.fromEntries(words.flatMap((word, i) => (word.startsWith('--') ? [[word.slice(2), words[i + 1]]] : [])));

  const repeated = await read(name, options);

  expect(repeated.spec).toEqual({ ...spec, seed: 7, load: { ...spec.load, start: identity.start } });
});

test('a name that a shell would take apart is quoted in the line that repeats it', async () => {
  const path = join(await tempFolder(), "it's mine.yaml");
  await writeFile(path, YAML);

  expect((await read(path)).again(identity)).toContain("it'\\''s mine.yaml'");
});
