import type { Field } from './field';
import { jsonConstant, writeConstant } from './json-bytes';

/** The field's value with probability `p`, otherwise null. */
export function optional(field: Field, p: number): Field {
  if (!(p >= 0 && p <= 1)) throw new Error(`expected a probability from 0 to 1, got ${p}`);
  const absent = jsonConstant(null);
  return {
    schema: { anyOf: [field.schema, { type: 'null' }] },
    bind: (scope) => {
      const write = field.bind(scope.hidden());
      return (out, random, context) => (random.float() < p ? write(out, random, context) : writeConstant(out, absent));
    },
  };
}
