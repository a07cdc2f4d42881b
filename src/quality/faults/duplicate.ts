import { z } from 'zod';
import { defineFault, inWhole } from '../fault';

export const duplicate = defineFault({
  name: 'duplicate',
  summary: 'The event before it in the stream once more, clean, in its place.',
  options: z.strictObject({}),
  needsBefore: true,
  bind: () => (event) => (event.before === null || event.before.equals(event.line) ? null : inWhole(event, event.before)),
});
