/** SECURITY.md keeps telling the truth: each attack in its table has a defence that is in the code, and a test that is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root';
import { attacks } from './attacks';

const read = (file: string): string => readFileSync(join(packageRoot(), file), 'utf8');

test('the table of SECURITY.md has these attacks, each with its defence and its test', () => {
  const table = /^\| attack \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(read('SECURITY.md'))?.[1] ?? '';
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));

  expect(rows.map(([, attack]) => attack)).toEqual(attacks.map(({ attack }) => attack));
  for (const [i, { file, test }] of attacks.entries()) {
    expect(rows[i]?.[3]).toContain(`\`${file}\``);
    expect(rows[i]?.[3]).toContain(`\`${test.replace('test/', '').replace('.test.ts', '')}\``);
  }
});

test.each(attacks)('$attack: what is to be taken out stands in the code, once', ({ file, defence }) => {
  expect(read(file).split(defence)).toHaveLength(2);
});

test.each(attacks)('$attack: the test that must fail is there', ({ test, name }) => {
  expect(existsSync(join(packageRoot(), test))).toBe(true);
  const text = read(test);
  // A name begins with that of the group, where there is one.
  const groups = [...text.matchAll(/describe\('([^']+)'/g)].flatMap(([, group = '']) =>
    name.startsWith(`${group} `) ? [`${group} `] : [],
  );
  const beginnings = ['', ...groups].map((group) => `'${name.slice(group.length)}`);
  expect(name === '' || beginnings.some((beginning) => text.includes(beginning))).toBe(true);
});
