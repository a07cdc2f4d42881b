import { z } from 'zod';
import { defineFault, inOneField, oneOf } from '../fault';

export const wrongType = defineFault({
  name: 'wrong_type',
  summary: 'A value of another type: a number as text, text as a list, a record as text.',
  options: z.strictObject({}),
  bind: ({ fields }) =>
    inOneField(
      fields,
      ({ types }) => types !== null,
      (event, field, random) => {
        const value = event.valueOf(field);
        const others: readonly [type: string, of: (value: unknown) => unknown][] = [
          ['string', (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))],
          ['integer', () => random.below(1_000_000)],
          ['boolean', () => random.below(2) === 1],
          ['array', (value) => [value]],
        ];
        const allowed = (type: string) => field.types?.has(type) === true || (type === 'integer' && field.types?.has('number') === true);
        const other = oneOf(
          others.filter(([type]) => !allowed(type)),
          random,
        );
        return other === undefined ? null : event.with(field, other[1](value));
      },
    ),
});
