/** Totals as sinks keep them beside the data; what a later evergen adds to them is kept too. */
import { z } from 'zod';

const count = z.int().min(0);

export const totalsSchema = z.looseObject({
  batches: count,
  emitted: count,
  valid: count,
  corrupted: count,
  rejected: count,
  bytes: count,
  lateness: z.array(count),
  latenessMaxMs: z.number().min(0),
});
