import {
  float,
  int,
  list,
  oneOf,
  optional,
  text,
  time,
  uuid,
  weighted,
  chance,
  logNormal,
  mixture,
  uniform,
  exponential,
  normal,
} from '../../src/fields';
import { chiSquareZ, correlation, countsOf, equalShares, values, written } from './statistics';

const N = 50_000;

test('a uuid is of version 4, lower case, and never drawn twice in 200,000', () => {
  const all = values<string>(uuid(), 200_000);
  const pattern = new RegExp(String(uuid().schema['pattern']));
  expect(all.every((id) => pattern.test(id))).toBe(true);
  expect(new Set(all).size).toBe(all.length);
});

test('each free hexadecimal digit of a uuid is uniform', () => {
  const all = values<string>(uuid(), 20_000).map((id) => id.replaceAll('-', ''));
  for (let place = 0; place < 32; place++) {
    if (place === 12) continue;
    const digits = [...(place === 16 ? '89ab' : '0123456789abcdef')];
    const drawn = all.map((id) => id[place]!);
    expect(Math.abs(chiSquareZ(countsOf(drawn, digits), equalShares(digits.length)))).toBeLessThan(4.5);
  }
});

test('time is the instant of the schedule rounded down to milliseconds, as number or text', () => {
  const timeUs = 1_767_225_600_123_999;
  expect(written(time('ms'), 1, { timeUs })).toEqual(['1767225600123']);
  expect(written(time('iso'), 1, { timeUs })).toEqual(['"2026-01-01T00:00:00.123Z"']);
  expect(written(time('ms'), 1, { timeUs: 999 })).toEqual(['0']);
  expect(written(time('ms'), 1, { timeUs: -1 })).toEqual(['-1']);
});

test('an int is uniform with both ends inside', () => {
  const drawn = values<number>(int(-3, 6), N);
  const all = Array.from({ length: 10 }, (_, i) => i - 3);
  expect(Math.abs(chiSquareZ(countsOf(drawn, all), equalShares(10)))).toBeLessThan(4);
});

test.each([
  [0, 0],
  [9, 10],
  [-10, -9],
  [999_999_999, 1_000_000_001],
  [99_999_999_999, 100_000_000_001],
  [Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER],
  [-Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER + 1],
])('integers from %d to %d are written as JSON writes them, at every change of length', (min, max) => {
  const texts = new Set(written(int(min, max), 200));
  expect([...texts].every((digits) => String(Number(digits)) === digits && Number(digits) >= min && Number(digits) <= max)).toBe(true);
  expect(texts.size).toBe(max - min + 1);
});

test.each([
  ['logNormal', logNormal({ median: 40, sigma: 0.8 })],
  ['normal', normal({ mean: 60, sd: 25 })],
  ['exponential', exponential({ halving: 30 })],
  ['mixture', mixture([0.9, normal({ mean: 20, sd: 5 })], [0.1, uniform(0, 200)])],
])('a %s int follows its density, cut off at the range', (_, shape) => {
  const drawn = values<number>(int(1, 200, shape), N);
  // Bins of 20, compared with the density summed over a fine grid.
  const bins = Array.from({ length: 10 }, (_, bin) => bin);
  const shares = bins.map((bin) =>
    Array.from({ length: 2000 }, (_, i) => shape(bin * 20 + 0.5 + (i + 0.5) / 100)).reduce((a, b) => a + b, 0),
  );
  const counts = countsOf(
    drawn.map((value) => Math.floor((value - 1) / 20)),
    bins,
  );
  expect(Math.abs(chiSquareZ(counts, shares))).toBeLessThan(5);
});

test('the median of a logNormal is its median, in the unit of the field', () => {
  const drawn = values<number>(int(0, 10_000, logNormal({ median: 300, sigma: 0.6 })), N).sort((a, b) => a - b);
  expect(Math.abs(drawn[N / 2]! - 300)).toBeLessThan(4);
});

test('weights need not sum to anything, and a value of weight 0 is never drawn', () => {
  const drawn = values<string>(weighted({ a: 5, b: 0, c: 0.5, d: 14.5 }), N);
  const counts = countsOf(drawn, ['a', 'c', 'd']);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(N);
  expect(Math.abs(chiSquareZ(counts, [5, 0.5, 14.5]))).toBeLessThan(4);
});

test('oneOf is uniform over values of any scalar type, and says so in its schema', () => {
  const field = oneOf(['x', 7, true]);
  expect(Math.abs(chiSquareZ(countsOf(values(field, N), ['x', 7, true]), equalShares(3)))).toBeLessThan(4);
  expect(field.schema).toEqual({ type: ['string', 'integer', 'boolean'], enum: ['x', 7, true] });
});

test('chance draws 1 with its probability, 0 and 1 included', () => {
  const ones = values<number>(chance(0.03), N).reduce((a, b) => a + b, 0);
  expect(Math.abs(ones - 0.03 * N)).toBeLessThan(4 * Math.sqrt(N * 0.03 * 0.97));
  expect(new Set(values(chance(0), 1000))).toEqual(new Set([0]));
  expect(new Set(values(chance(1, 'boolean'), 1000))).toEqual(new Set([true]));
});

test('a float has its decimals and reaches both ends', () => {
  const drawn = values<number>(float(-0.5, 0.5, { decimals: 1 }), N);
  const all = [-0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5];
  expect(Math.abs(chiSquareZ(countsOf(drawn, all), equalShares(11)))).toBeLessThan(4);
  expect(written(float(1.5, 1.5), 1)).toEqual(['1.5']);
});

test('a template is filled with strings without their quotes, and stays valid JSON whatever they hold', () => {
  const field = text('a "{kind}" of {n}\n{same}', { kind: oneOf(['q"\\', 'é€😀']), n: int(7, 7), same: text('x') });
  expect(new Set(values(field, 100))).toEqual(new Set(['a "q"\\" of 7\nx', 'a "é€😀" of 7\nx']));
  expect(written(text('fixed "1"'), 1)).toEqual(['"fixed \\"1\\""']);
});

test('a list has every length of its range, and its elements are drawn one by one', () => {
  const drawn = values<number[]>(list(int(0, 9), { min: 0, max: 3 }), N);
  expect(
    Math.abs(
      chiSquareZ(
        countsOf(
          drawn.map(({ length }) => length),
          [0, 1, 2, 3],
        ),
        equalShares(4),
      ),
    ),
  ).toBeLessThan(4);
  const pairs = drawn.filter(({ length }) => length === 3);
  expect(
    Math.abs(
      correlation(
        pairs.map(([a]) => a!),
        pairs.map(([, b]) => b!),
      ),
    ),
  ).toBeLessThan(4 / Math.sqrt(pairs.length));
  expect(written(list(int(1, 1), 2), 1)).toEqual(['[1,1]']);
});

test('an optional value is null as often as it says', () => {
  const nulls = values(optional(int(1, 9), 0.8), N).filter((value) => value === null).length;
  expect(Math.abs(nulls - 0.2 * N)).toBeLessThan(4 * Math.sqrt(N * 0.16));
});

test.each([
  ['int(5, 4)', () => int(5, 4)],
  ['int(0.5, 4)', () => int(0.5, 4)],
  ['a shape over too many values', () => int(0, 1e6, uniform(0, 1e6))],
  ['negative weights', () => weighted({ a: 1, b: -1 })],
  ['no weights', () => weighted({})],
  ['chance(1.5)', () => chance(1.5)],
  ['float(2, 1)', () => float(2, 1)],
  ['list of -1', () => list(int(0, 1), -1)],
  ['optional 2', () => optional(int(0, 1), 2)],
  ['a template whose fields differ', () => text('{a} {b}', { a: int(0, 1), c: int(0, 1) })],
])('%s is refused when it is declared, not when the millionth event is made', (_, declare) => {
  expect(declare).toThrow();
});
