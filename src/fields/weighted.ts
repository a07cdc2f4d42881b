import { AliasTable } from './alias-table';
import type { Field, JsonSchema, Scalar } from './field';
import { type Constant, jsonConstant, writeConstant } from './json-bytes';

/** One of the keys, drawn in proportion to its weight: `weighted({ '988_call': 58, walk_in: 12 })`. The weights need not sum to anything. */
export const weighted = (weights: Readonly<Record<string, number>>): Field => categorical(Object.keys(weights), Object.values(weights));

/** One of the values, each as likely as the others. */
export const oneOf = (values: readonly Scalar[]): Field =>
  categorical(
    values,
    values.map(() => 1),
  );

/** 1 (or `true`) with probability `p`, otherwise 0 (or `false`). */
export const chance = (p: number, as: 'integer' | 'boolean' = 'integer'): Field =>
  categorical(as === 'integer' ? [0, 1] : [false, true], [1 - p, p]);

function categorical(values: readonly Scalar[], weights: readonly number[]): Field {
  const table = new AliasTable(weights);
  const encoded = values.map(jsonConstant);
  return {
    schema: enumeration(values),
    values,
    bind: (scope) => {
      const { slot } = scope;
      const codes = scope.codes(values);
      return (out, random, context) => {
        const drawn = table.draw(random);
        context.drawn[slot] = codes[drawn] ?? 0;
        writeConstant(out, encoded[drawn] as Constant);
      };
    },
  };
}

/** JSON Schema of a fixed set of values. */
export function enumeration(values: readonly Scalar[]): JsonSchema {
  const types = [...new Set(values.map((value) => (Number.isInteger(value) ? 'integer' : typeof value)))];
  return { type: types.length === 1 ? types[0] : types, enum: [...values] };
}
