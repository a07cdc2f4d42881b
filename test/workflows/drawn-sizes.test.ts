import { drawOf } from '../../workflows/draw';
import { DRAWN_ONE_BY_ONE, sumsOf } from '../../workflows/drawn-sizes';
import { countOf } from '../../workflows/pace';

const [seed, stream, min, max] = [42, 1, 5, 20];
const every = { kind: 'every' as const, everyUs: 50_000, min, max };
const HUNDRED_YEARS_US = 36_500 * 86_400e6;

/** As the size of a batch is drawn by itself. */
const drawn = (b: number) => min + Math.floor((drawOf(seed, stream)(b) / 2 ** 32) * (max - min + 1));

test('sums are those of the sizes one by one, from whichever batch they are asked for first', () => {
  const sums = [...Array(3000).keys()].reduce<number[]>((all, b) => [...all, (all.at(-1) ?? 0) + drawn(b)], [0]);
  for (const b of [2999, 0, 1, 255, 256, 257, 1024, 3000]) expect([b, sumsOf({ seed, stream, n: 0 }, min, max)(b)]).toEqual([b, sums[b]]);
  // The same batches, counted from another one on; before batch 0 there is nothing.
  expect(countOf(every, { seed, stream, n: 700 }).before(300)).toBe((sums[1000] ?? 0) - (sums[700] ?? 0));
  expect(countOf(every, { seed, stream, n: -50 }).before(60)).toBe(sums[10]);
});

test('far out each second batch is what its neighbour leaves of the range, so all sizes are in it and as even as before', () => {
  const sums = sumsOf({ seed, stream, n: 0 }, min, max);
  const from = DRAWN_ONE_BY_ONE;
  const sizes = [...Array(20_000).keys()].map((i) => sums(from + i + 1) - sums(from + i));
  expect(sizes.filter((_, i) => i % 2 === 0)).toEqual([...Array(10_000).keys()].map((i) => drawn(from + 2 * i)));
  const counts = sizes.reduce((all, size) => all.set(size, (all.get(size) ?? 0) + 1), new Map<number, number>());
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([...Array(max - min + 1).keys()].map((i) => min + i));
  // 1,250 of each size on average; 200 is six standard deviations.
  for (const count of counts.values()) expect(Math.abs(count - 1250)).toBeLessThan(200);
});

test('a schedule of a hundred years and one of a billion events are answered like any other, in time and in memory', () => {
  const sizing = { seed, stream, n: 0 };
  const { batches, events } = countOf(every, sizing).within(HUNDRED_YEARS_US, null);
  expect(batches).toBe(HUNDRED_YEARS_US / 50_000);
  expect(events / batches).toBeCloseTo((min + max) / 2, 1);
  const seldom = countOf({ ...every, min: 0, max: 1 }, sizing);
  const needed = seldom.within(null, 1e9).batches;
  expect([seldom.before(needed - 1), seldom.before(needed)]).toEqual([1e9 - 1, 1e9]);
});
