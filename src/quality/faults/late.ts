import { z } from 'zod';
import { defineFault } from '../fault';
import { range, timeMovedBy } from '../time-shift';

export const late = defineFault({
  name: 'late',
  summary: 'The event says that it happened earlier than its place in the stream.',
  options: z.strictObject({ by: range('PT10S', 'PT5M') }),
  bind: ({ time }, { by }) => timeMovedBy(time, by, -1),
});
