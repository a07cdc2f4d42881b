/** Exact arithmetic on integers: what counts events must give the same answer everywhere and for ever. */

/** A decimal number as a fraction of integers, exactly as it is written; `den` is a power of ten. */
export function fraction(value: number): { num: bigint; den: bigint } {
  const [mantissa = '0', exponent = '0'] = String(value).toLowerCase().split('e');
  const [whole = '0', part = ''] = mantissa.split('.');
  const power = Number(exponent) - part.length;
  const digits = BigInt(whole + part);
  return power >= 0 ? { num: digits * 10n ** BigInt(power), den: 1n } : { num: digits, den: 10n ** BigInt(-power) };
}

/** Largest whole number whose square is not above `n` (n ≥ 0): Newton's iteration from above. */
export function squareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  const estimate = Math.sqrt(Number(n));
  // 1 + 2^-40 is more than a double can be off, so the first guess is never too small.
  let root = Number.isFinite(estimate) ? BigInt(Math.ceil(estimate * (1 + 2 ** -40))) + 1n : 1n << BigInt(2 * n.toString(16).length + 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Sum of floor((a·i + b) / m) over i = 0 … n − 1, for a, b, n ≥ 0 and m > 0, in O(log m) steps: lattice points below a line, as Euclid's algorithm folds it. */
export function floorSum(n: bigint, m: bigint, a: bigint, b: bigint): bigint {
  let sum = 0n;
  for (;;) {
    sum += (a / m) * ((n * (n - 1n)) / 2n) + (b / m) * n;
    const [slope, offset] = [a % m, b % m];
    const top = slope * n + offset;
    if (top < m) return sum;
    [n, b, m, a] = [top / m, top % m, slope, m];
  }
}
