/** Kinds of fields that hold no other fields: identifiers, times, numbers, constants. */
import { z } from 'zod';
import { derived, float as floatField, int as intField, oneOf, time as timeField, uuid as uuidField } from '../../../fields';
import { defineKind, jsonBytes, NUMBER_US } from '../kind';
import { numberRange, scalar, wholeRange } from '../parameters';
import { densityOf, shape } from '../shapes';

export const uuid = defineKind({
  name: 'uuid',
  summary: 'A random UUID of version 4.',
  example: 'uuid',
  alone: 4,
  parameters: z.strictObject({ uuid: z.literal(4) }),
  make: () => ({ field: uuidField(), bytes: 38, costUs: NUMBER_US }),
});

export const time = defineKind({
  name: 'time',
  summary: "The event's time, from the schedule: iso (RFC 3339, UTC, also `time` alone), or ms (milliseconds since 1970).",
  example: '{ time: ms }',
  alone: 'iso',
  parameters: z.strictObject({ time: z.enum(['iso', 'ms']) }),
  make: ({ time: as }) => ({ field: timeField(as), bytes: 26, costUs: 5 * NUMBER_US, time: [] }),
});

export const sequence = defineKind({
  name: 'sequence',
  summary: "The event's number within its stream, from 0 (also `sequence` alone) or from another number.",
  example: '{ sequence: 1000 }',
  alone: 0,
  parameters: z.strictObject({ sequence: z.int().min(0).max(1e12) }),
  make: ({ sequence: first }) => ({
    field: derived({ type: 'integer', minimum: first }, [], (_drawn, { event }) => first + event),
    bytes: 17,
    costUs: 2 * NUMBER_US,
  }),
});

/** Of `Number.MIN_SAFE_INTEGER`. */
const WHOLE_BYTES = 17;

export const int = defineKind({
  name: 'int',
  summary: 'A whole number, both ends inclusive; with `shape` not all of them equally often.',
  example: '{ int: [0, 300], shape: { log_normal: { median: 35, sigma: 0.9 } } }',
  parameters: z.strictObject({ int: wholeRange, shape: shape.optional() }),
  make: ({ int: [min, max], shape: given }, inside) => {
    const made = { bytes: WHOLE_BYTES, costUs: NUMBER_US };
    if (given === undefined) return { ...made, field: intField(min, max) };
    if (max - min >= MOST_SHAPED) throw new Error(`with a shape must span at most ${MOST_SHAPED.toLocaleString('en')} numbers`);
    if (!inside.tabulate(max - min + 1))
      throw new Error('is too much: all shaped ranges of a declaration together span at most 200,000 numbers');
    return { ...made, field: shaped(min, max, densityOf(given)) };
  },
});

const MOST_SHAPED = 65_536;

function shaped(min: number, max: number, density: (x: number) => number) {
  try {
    return intField(min, max, density);
  } catch {
    // The table's own message would list all of its weights.
    throw new Error(`has a shape that leaves nothing of the range from ${String(min)} to ${String(max)}`);
  }
}

export const float = defineKind({
  name: 'float',
  summary: 'A number in steps of 10^-decimals (2), both ends inclusive.',
  example: '{ float: [0.5, 99.95], decimals: 2 }',
  parameters: z.strictObject({ float: numberRange, decimals: z.int().min(0).max(9).default(2) }),
  make: ({ float: [min, max], decimals }) => {
    const inSteps = (value: number): boolean => Math.abs(value) < 2 ** 52 / 10 ** decimals && Number(value.toFixed(decimals)) === value;
    if (!inSteps(min) || !inSteps(max)) {
      throw new Error(
        `must have ends with at most ${String(decimals)} decimals and 15 digits in all, got ${String(min)} and ${String(max)}`,
      );
    }
    return { field: floatField(min, max, { decimals }), bytes: 25, costUs: 3 * NUMBER_US };
  },
});

export const constant = defineKind({
  name: 'const',
  summary: 'The same value in every event.',
  example: '{ const: web }',
  parameters: z.strictObject({ const: scalar.nullable() }),
  make: ({ const: value }) => ({
    field: value === null ? derived({ type: 'null' }, [], () => null) : oneOf([value]),
    bytes: jsonBytes(value),
    costUs: NUMBER_US,
  }),
});
