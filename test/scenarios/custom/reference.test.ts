/** `src/scenarios/custom.md` says what there is, and what it shows can be declared. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { custom } from '../../../src/scenarios/custom';
import { kinds } from '../../../src/scenarios/custom/kinds';
import { WORDS } from '../../../src/scenarios/custom/kinds/fake';

const reference = readFileSync(join(__dirname, '../../../src/scenarios/custom.md'), 'utf8');
const rowsOf = (heading: string): string[][] =>
  (new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(reference)?.[1] ?? '')
    .trim()
    .split('\n')
    .map((row) =>
      row
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.replaceAll('`', '')),
    );

test('the table of kinds is the list of kinds, so that none is promised and none is hidden', () => {
  expect(rowsOf('kind')).toEqual(kinds.map(({ name, example, summary }) => [name, example, summary.replaceAll('`', '')]));
});

test("the table of words is the list of faker's functions that can be drawn", () => {
  expect(rowsOf('module').flatMap(([module = '', names = '']) => names.split(', ').map((name) => `${module}.${name}`))).toEqual(WORDS);
});

test.each(kinds)('the example of $name is one of it, and valid', ({ name, example }) => {
  const field: unknown = parse(example);
  const event = { id: 'uuid', kind: { one_of: ['retail', 'wholesale'] }, field };

  expect(typeof field === 'string' ? field : Object.keys(field as object)).toEqual(
    typeof field === 'string' ? name : expect.arrayContaining([name]),
  );
  expect(custom.options.safeParse({ streams: { orders: { key: 'id', event } } }).error).toBeUndefined();
});

test.each([...reference.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text))('a declaration that is shown is valid', (text) => {
  const { scenario } = parse(text) as { scenario: { streams: unknown } };

  expect(custom.options.safeParse({ streams: scenario.streams }).error).toBeUndefined();
});
