import { pooledSlope, quantile } from '../../../src/cli/soak/statistics';

test('a quantile is a value that was seen, the upper one', () => {
  expect([quantile([5, 1, 3, 2, 4], 0.5), quantile([5, 1, 3, 2, 4], 0.99), quantile([], 0.5)]).toEqual([3, 5, null]);
});

test('lives of different levels share one slope: a new process that is larger than the old one is no growth', () => {
  const flat = (level: number) => [0, 1, 2, 3].map((x) => ({ x, y: level }));
  const growing = (level: number) => [0, 1, 2, 3].map((x) => ({ x, y: level + 2 * x }));

  expect(pooledSlope([flat(100), flat(200)])).toMatchObject({ slope: 0, error: 0, groups: 2 });
  expect(pooledSlope([growing(100), growing(50)])?.slope).toBeCloseTo(2);
  expect(pooledSlope([[{ x: 0, y: 1 }]])).toBeNull();
});
