import { z } from 'zod';
import { defineFault, inOneField } from '../fault';

export const nullField = defineFault({
  name: 'null_field',
  summary: 'A field that is never null is null.',
  options: z.strictObject({}),
  bind: ({ fields }) =>
    inOneField(
      fields,
      ({ types }) => types !== null && !types.has('null'),
      (event, field) => event.with(field, null),
    ),
});
