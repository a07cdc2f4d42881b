import { z } from 'zod';
import { defineFault } from '../fault';
import { range, timeMovedBy } from '../time-shift';

export const futureTime = defineFault({
  name: 'future_time',
  summary: 'The event says that it happens later than it was sent.',
  options: z.strictObject({ by: range('PT1M', 'P1D') }),
  bind: ({ time }, { by }) => timeMovedBy(time, by, 1),
});
