import type { Field } from './field';
import { writeJson } from './json-bytes';

/** A uniform number from `min` to `max`, both inclusive, in steps of 10^-decimals (0 … 9 decimals); trailing zeros are not written. */
export function float(min: number, max: number, { decimals = 2 }: { decimals?: number } = {}): Field {
  const scale = 10 ** decimals;
  const [from, to] = [Math.ceil(min * scale - 1e-9), Math.floor(max * scale + 1e-9)];
  if (!(decimals >= 0 && decimals <= 9) || !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from > to) {
    throw new Error(`expected min <= max and 0 to 9 decimals, got float(${min}, ${max}, { decimals: ${decimals} })`);
  }
  return {
    schema: { type: 'number', minimum: min, maximum: max },
    bind: () => (out, random) => writeJson(out, (from + random.below(to - from + 1)) / scale),
  };
}
