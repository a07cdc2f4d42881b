import type { Field } from './field';
import { constant, writeConstant } from './json-bytes';

/** An array of values of one field: exactly `length` of them, or a number drawn uniformly from `min` to `max`, both inclusive. */
export function list(element: Field, length: number | { min: number; max: number }): Field {
  const { min, max } = typeof length === 'number' ? { min: length, max: length } : length;
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || min > max) {
    throw new Error(`expected a length of integers with 0 <= min <= max, got ${JSON.stringify(length)}`);
  }
  return {
    schema: { type: 'array', items: element.schema, minItems: min, maxItems: max },
    bind: (scope) => {
      const write = element.bind(scope.hidden());
      const [open, comma, close] = [constant('['), constant(','), constant(']')];
      return (out, random, context) => {
        const count = min + random.below(max - min + 1);
        writeConstant(out, open);
        for (let i = 0; i < count; i++) {
          if (i > 0) writeConstant(out, comma);
          write(out, random, context);
        }
        writeConstant(out, close);
      };
    },
  };
}
