import fc from 'fast-check';
import { floorSum, fraction, squareRoot } from '../../workflows/exact';

const large = fc.bigInt({ min: 0n, max: 10n ** 60n });

test('a square root is the largest whole number whose square is not above, however large the number is', () => {
  const isRoot = (n: bigint) => {
    const root = squareRoot(n);
    expect(root * root <= n && (root + 1n) * (root + 1n) > n).toBe(true);
  };
  fc.assert(fc.property(large, isRoot));
  fc.assert(fc.property(large, fc.constantFrom(-1n, 0n, 1n), (n, off) => isRoot(n === 0n ? 0n : n * n + off)));
  [0n, 1n, 2n, 3n, 4n, 10n ** 400n, 10n ** 401n].forEach(isRoot);
});

test('a sum of rounded-down points of a line is what adding them up makes', () => {
  const small = fc.bigInt({ min: 0n, max: 500n });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 60n }), fc.bigInt({ min: 1n, max: 90n }), small, small, (n, m, a, b) => {
      let sum = 0n;
      for (let i = 0n; i < n; i++) sum += (a * i + b) / m;
      expect(floorSum(n, m, a, b)).toBe(sum);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [33.3, 333n, 10n],
  [0.1, 1n, 10n],
  [1e-7, 1n, 10_000_000n],
  [1e21, 10n ** 21n, 1n],
  [0, 0n, 1n],
])('%p is the fraction that its digits say, not the one that the machine holds', (value, num, den) => {
  expect(fraction(value)).toEqual({ num, den });
});
