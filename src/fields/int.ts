import { AliasTable } from './alias-table';
import { type Density, tabulated } from './density';
import type { Field } from './field';
import { writeInteger } from './json-bytes';

/** Ranges up to this many values can have a shape: it is tabulated. */
const MAX_SHAPED = 65_536;

/** An integer from `min` to `max`, both inclusive: uniform, or with a shape cut off at both ends, such as `logNormal({ median: 40, sigma: 0.8 })`. */
export function int(min: number, max: number, shape?: Density): Field {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
    throw new Error(`expected integers with min <= max, got int(${min}, ${max})`);
  }
  const count = max - min + 1;
  const schema = { type: 'integer', minimum: min, maximum: max };
  if (shape === undefined) return { schema, bind: () => (out, random) => writeInteger(out, min + random.below(count)) };
  if (count > MAX_SHAPED) throw new Error(`a shaped int has at most ${MAX_SHAPED} values, got int(${min}, ${max}, …)`);
  const table = new AliasTable(tabulated(shape, min, max));
  return { schema, bind: () => (out, random) => writeInteger(out, min + table.draw(random)) };
}
