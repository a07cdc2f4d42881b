/** A scenario for tests with a cadence of its own: batches hold another number of events than the schedule thinks. */
import { z } from 'zod';
import { defineScenario, type BatchAddress } from '../../src/scenarios/scenario';

export const tides = defineScenario({
  name: 'tides',
  version: 1,
  summary: 'Readings of a gauge: two at low tide, four at high tide, where the schedule expects three.',
  options: z.strictObject({ gauges: z.int().min(1).max(2).default(2), unpaced: z.boolean().default(false) }),
  cadence: ({ gauges, unpaced }) =>
    Array.from({ length: gauges }, (_, i) => ({
      pace: unpaced
        ? { kind: 'unpaced' as const, batchSize: 3, stepUs: 1000 }
        : { kind: 'every' as const, everyUs: 10_000_000 * (i + 1), min: 3, max: 3 },
      ...(unpaced ? { batches: 5 } : {}),
    })),
  streams: ({ gauges }) =>
    Array.from({ length: gauges }, (_, i) => ({
      name: `gauge-${String(i)}`,
      schema: { type: 'object' },
      *fill({ batch, dueUs }: BatchAddress, out) {
        for (let n = 0; n < (batch % 2 === 0 ? 2 : 4); n++) {
          const line = JSON.stringify({ batch, n });
          out.ensure(line.length);
          out.at += out.bytes.write(line, out.at);
          out.keyText(String(n));
          out.endEvent(Math.floor(dueUs / 1000));
          yield;
        }
      },
    })),
});
