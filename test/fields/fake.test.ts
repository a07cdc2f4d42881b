import { fake } from '../../src/fields/fake';
import { values, written } from './statistics';

test('faker draws from the address of the event: the same words again, other words under another seed', () => {
  const company = fake('company.name');
  expect(written(company, 50)).toEqual(written(company, 50));
  expect(written(company, 50)).not.toEqual(written(company, 50, { seed: 2 }));
  expect(new Set(written(company, 200)).size).toBeGreaterThan(190);
});

test('the words of a fixed address never change: faker is pinned to them, and a new faker that changes them needs a new scenario version', () => {
  expect(values(fake('company.name'), 3)).toEqual(['Maggio, Keebler and Moen', 'Dare - Altenwerth', 'Hagenes and Sons']);
  expect(values(fake('person.fullName'), 3)).toEqual(['Thad Hills', 'Keely Smith', 'Ms. Sabina Schimmel']);
});

test('dates are relative to the time of the event, since nothing reads a clock', () => {
  const timeUs = Date.parse('2001-06-01T00:00:00Z') * 1000;
  for (const date of values<string>(fake('date.recent', { days: 2 }), 100, { timeUs })) {
    expect(date >= '2001-05-30T00:00:00.000Z' && date <= '2001-06-01T00:00:00.000Z').toBe(true);
  }
});

test('arguments are handed on, and the type of the answer is in the schema', () => {
  expect(values<number>(fake('number.int', { min: 3, max: 4 }), 50).every((n) => n === 3 || n === 4)).toBe(true);
  expect(fake('number.int').schema).toEqual({ type: 'number' });
  expect(fake('datatype.boolean').schema).toEqual({ type: 'boolean' });
});

test.each(['company.nam', 'nothing.at.all', 'company', ''])("'%s' is refused by name when it is declared", (path) => {
  expect(() => fake(path)).toThrow(`no function '${path}'`);
});

test('a function whose answer is no scalar is refused', () => {
  expect(() => fake('location.nearbyGPSCoordinate')).toThrow('neither');
});
