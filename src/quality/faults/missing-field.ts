import { z } from 'zod';
import { defineFault, inOneField } from '../fault';

export const missingField = defineFault({
  name: 'missing_field',
  summary: 'A required field is not there.',
  options: z.strictObject({}),
  bind: ({ fields }) =>
    inOneField(
      fields,
      ({ required }) => required,
      (event, field) => event.without(field),
    ),
});
