import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSpec, loadSpecFile, SyntaxFault } from '../../src/spec/load';
import { problemsOf } from './problems';

const YAML = `id: "20260105"
scenario: crisis
load:
  pace: { rate: 50 }
  for: 5m
sink: disk
`;

const messages = (text: string) => problemsOf(() => loadSpec(text, 'spec')).map(({ path, message }) => `${path} ${message}`);

test('YAML and JSON say the same', () => {
  const json = JSON.stringify({ id: '20260105', scenario: 'crisis', load: { pace: { rate: 50 }, for: 'PT5M' }, sink: 'disk' });
  expect(loadSpec(json, 'spec')).toEqual(loadSpec(YAML, 'spec'));
});

test('an id of digits without quotes is a number to YAML: the message says so, and where', () => {
  expect(messages(YAML.replaceAll('"', ''))).toEqual(['/id must be text: put it in quotes ("20260105") (line 1, column 5)']);
});

test('a key given twice is shown with its line, as one of the two would win in silence', () => {
  expect(() => loadSpec(`${YAML}sink: drop\n`, 'spec')).toThrow(SyntaxFault);
  expect(messages(`${YAML}sink: drop\n`)).toEqual([expect.stringContaining('(line 7, column 1)')]);
});

test('broken syntax is shown with its line', () => {
  expect(messages('load: { pace: ')).toEqual(expect.arrayContaining([expect.stringMatching(/line 1, column \d+/)]));
});

test('problems deep down are shown where they stand, and a missing key where it is missed', () => {
  expect(messages(YAML.replace('rate: 50', 'rate: fast').replace('sink: disk\n', ''))).toEqual([
    '/load/pace/rate must be a number from 0 to 1000000, got "fast" (line 4, column 17)',
    expect.stringMatching(/^\/sink .*\(line 1, column 1\)$/),
  ]);
});

test('an empty text is refused, not taken for an empty specification', () => {
  expect(messages('')).toHaveLength(1);
});

test('a bomb of aliases is refused before it is unfolded', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`),
  ];
  expect(() => loadSpec(bomb.join('\n'), 'spec')).toThrow();
});

test('a file is read; one that is not there is named in one line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'evergen-spec-'));
  try {
    await writeFile(join(folder, 'nightly.yaml'), YAML);
    expect((await loadSpecFile(join(folder, 'nightly.yaml'))).id).toBe('20260105');
    await expect(loadSpecFile(join(folder, 'other.yaml'))).rejects.toThrow(/other\.yaml: there is no such file/);
    await expect(loadSpecFile(folder)).rejects.toThrow(/is a folder/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
