import { z } from 'zod';
import { defineFault, inOneField } from '../fault';

/** How far beyond its bound, as a multiple of the range, or of 100 where the range has one end only. */
const FARTHEST = 10;

export const outOfRange = defineFault({
  name: 'out_of_range',
  summary: 'A number below the smallest or above the largest that the schema allows.',
  options: z.strictObject({}),
  bind: ({ fields }) =>
    inOneField(
      fields,
      ({ minimum, maximum, types }) => (minimum !== null || maximum !== null) && types !== null && [...types].every(isNumeric),
      (event, field, random) => {
        const { minimum, maximum } = field;
        const span = minimum === null || maximum === null ? 100 : Math.max(1, Math.ceil(maximum - minimum));
        const beyond = 1 + random.below(span * FARTHEST);
        const above = maximum !== null && (minimum === null || random.below(2) === 1);
        return event.with(field, above ? Math.floor(maximum) + beyond : Math.ceil(minimum ?? 0) - beyond);
      },
    ),
});

const isNumeric = (type: string): boolean => type === 'integer' || type === 'number' || type === 'null';
