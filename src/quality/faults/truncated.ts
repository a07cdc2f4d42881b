import { z } from 'zod';
import { defineFault, inWhole } from '../fault';

export const truncated = defineFault({
  name: 'truncated',
  summary: 'The event breaks off somewhere, perhaps in the middle of a character.',
  options: z.strictObject({}),
  bind: () => (event, random) => inWhole(event, event.line.subarray(0, 1 + random.below(event.line.length - 1))),
});
