/** Parameters that several kinds of fields have, each with words for what it may be. */
import { z } from 'zod';
import { expected } from '../../explain';
import type { Field } from '../../fields';

/** Longest text that a declaration may hold; of a batch of events each has it. */
const MOST_CHARACTERS = 1_000;

export const share = z.number().min(0).max(1);

/** [min, max], both inclusive. */
export const wholeRange = z
  .tuple([z.int(), z.int()], { error: ({ input }) => expected('two whole numbers, [min, max]', input) })
  .refine(([min, max]) => min <= max, { error: 'must be [min, max] with min not above max' })
  .refine(([min, max]) => max - min < Number.MAX_SAFE_INTEGER, { error: 'must span fewer than 2^53 numbers' });

export const numberRange = z
  .tuple([z.number(), z.number()], { error: ({ input }) => expected('two numbers, [min, max]', input) })
  .refine(([min, max]) => min <= max, { error: 'must be [min, max] with min not above max' });

export const text = z.string().max(MOST_CHARACTERS, { error: `must be at most ${String(MOST_CHARACTERS)} characters` });

/** A value that is written as it is. */
export const scalar = z
  .union([text, z.number(), z.boolean()], { error: ({ input }) => expected('text, a number, true or false', input) })
  .describe('Text, a number, true or false.');

/** A field that stands within another one; what it may be is told of the event's own fields. */
export const nested = z.unknown().meta({ description: 'A field.' });
export const nestedFields = z.unknown().meta({ type: 'object', description: 'Fields by name.' });

/** Whether all values of the field are text, numbers, true or false, and never null. */
export function isScalar({ schema }: Field): boolean {
  const { anyOf, type } = schema;
  if (Array.isArray(anyOf)) return anyOf.every((one: Field['schema']) => isScalar({ schema: one } as Field));
  return (Array.isArray(type) ? type : [type]).every((one) => typeof one === 'string' && SCALARS.includes(one));
}

const SCALARS = ['string', 'integer', 'number', 'boolean'];
