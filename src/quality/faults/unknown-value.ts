import { z } from 'zod';
import { defineFault, inOneField, oneOf } from '../fault';

export const unknownValue = defineFault({
  name: 'unknown_value',
  summary: 'A value that is not in the list of those allowed: another case, a slip of the keyboard, a number too high.',
  options: z.strictObject({}),
  bind: ({ fields }) =>
    inOneField(
      fields,
      ({ values, types }) => values !== null && (types?.has('string') === true || types?.has('integer') === true),
      (event, field, random) => {
        const value = event.valueOf(field);
        const values = field.values ?? [];
        const numbers = values.filter((one) => typeof one === 'number');
        const others =
          typeof value === 'string'
            ? [
                value.toUpperCase(),
                value.toLowerCase(),
                `${value} `,
                swapped(value, random.below(Math.max(1, value.length - 1))),
                'unknown',
              ]
            : typeof value === 'number'
              ? [Math.max(...numbers) + 1 + random.below(9)]
              : [];
        const other = oneOf(
          others.filter((one) => !values.includes(one)),
          random,
        );
        return other === undefined ? null : event.with(field, other);
      },
    ),
});

/** Two neighbouring letters change places. */
const swapped = (text: string, at: number): string => `${text.slice(0, at)}${text.charAt(at + 1)}${text.charAt(at)}${text.slice(at + 2)}`;
