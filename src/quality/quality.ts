/** `quality` of a specification: how many events are corrupted, and by what. */
import { z } from 'zod';
import type { Choice } from '../registry';
import { faults } from './faults';

const named = z.enum(faults.names);

const withOptions = z
  .strictObject(Object.fromEntries(faults.plugins.map(({ name, summary, options }) => [name, options.optional().describe(summary)])))
  .refine((given) => Object.keys(given).length === 1, {
    error: 'must be one fault with its options, such as { late: { by: … } }',
    when: ({ issues }) => issues.length === 0,
  });

/** `null_field`, or `{ late: { by: { min: 10s, max: 5m } } }`. */
const fault = z
  .union([named, withOptions], {
    error: `must be the name of a fault, or an object such as { late: { by: … } } (known: ${faults.names.join(', ')})`,
  })
  .transform((given): Choice => {
    if (typeof given === 'string') return { name: given, options: faults.get(given).options.parse({}) };
    const [name = '', options = {}] = Object.entries(given)[0] ?? [];
    return { name, options };
  });

const list = z
  .array(fault)
  .min(1, { error: 'must be a list of at least one fault' })
  .check(
    z.superRefine(
      (given, ctx) => {
        const names = given.map((one: unknown) => z.object({ name: z.string() }).safeParse(one).data?.name);
        for (const [i, name] of names.entries()) {
          if (name !== undefined && names.indexOf(name) < i)
            ctx.addIssue({ code: 'custom', path: [i], message: `names ${name} a second time` });
        }
      },
      // Whatever is wrong with the others: all problems are reported at once.
      { when: ({ value }) => Array.isArray(value) },
    ),
  );

export const quality = z
  .strictObject({
    corruption_rate: z.number().min(0).max(1).describe('Share of the events that are corrupted: 0 to 1.'),
    faults: list
      .optional()
      .describe('What happens to them, each fault as likely as the others; default: all that the scenario has fields for.'),
  })
  .describe('Corrupted events among the clean ones; each is in quality_ledger.jsonl with what it would have been.');

/** With the faults filled in. */
export interface Quality {
  readonly corruption_rate: number;
  readonly faults: readonly Choice[];
}

/** As it goes over the wire. */
export const wireQuality = ({ faults, ...rest }: Quality) => ({
  ...rest,
  faults: faults.map(({ name, options }) => (Object.keys(options).length === 0 ? name : { [name]: options })),
});
