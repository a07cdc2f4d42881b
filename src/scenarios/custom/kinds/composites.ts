/** Kinds of fields that hold other fields. */
import { z } from 'zod';
import { list as listField, optional as optionalField, record as recordField } from '../../../fields';
import { defineKind, type Inside, jsonBytes, type Made, NUMBER_US } from '../kind';
import { nested, nestedFields, share } from '../parameters';

export const record = defineKind({
  name: 'record',
  summary: 'An object with these fields, in this order.',
  example: '{ record: { city: { fake: location.city }, zip: { fake: location.zipCode } } }',
  parameters: z.strictObject({ record: nestedFields }),
  inner: { record: 'record' },
  make: (_parameters, inside) => recordOf(inside.all('record')),
});

/** A record of these fields, in their order. */
export function recordOf(fields: ReadonlyMap<string, Made>): Made & { field: ReturnType<typeof recordField> } {
  const timed = [...fields].find(([, { time }]) => time !== undefined);
  return {
    field: recordField(Object.fromEntries([...fields].map(([name, { field }]) => [name, field]))),
    bytes: 2 + sum([...fields].map(([name, { bytes }]) => jsonBytes(name) + 2 + bytes)),
    costUs: sum([...fields.values()].map(({ costUs }) => costUs)),
    ...(timed === undefined ? {} : { time: [timed[0], ...(timed[1].time ?? [])] }),
  };
}

const count = z.int().min(0).max(1_000);

export const list = defineKind({
  name: 'list',
  summary: 'As many values of one field as `length` says: a number, or [min, max].',
  example: '{ list: { one_of: [a, b, c] }, length: [1, 5] }',
  parameters: z.strictObject({
    list: nested,
    length: z
      .union([count, z.tuple([count, count])], { error: 'must be a whole number from 0 to 1000, or two of them, [min, max]' })
      .refine((length) => typeof length === 'number' || length[0] <= length[1], { error: 'must be [min, max] with min not above max' }),
  }),
  inner: { list: 'field' },
  make: ({ length }, inside) => listOf(inside, typeof length === 'number' ? [length, length] : length),
});

function listOf(inside: Inside, [min, max]: readonly [number, number]): Made {
  const { field, bytes, costUs } = inside.one('list');
  return { field: listField(field, { min, max }), bytes: 2 + max * (bytes + 1), costUs: NUMBER_US + max * costUs };
}

export const optional = defineKind({
  name: 'optional',
  summary: 'The field in this share of the events, else null.',
  example: '{ optional: { fake: lorem.sentence }, share: 0.1 }',
  parameters: z.strictObject({ optional: nested, share }),
  inner: { optional: 'field' },
  make: ({ share: p }, inside) => {
    const { field, bytes, costUs } = inside.one('optional');
    return { field: optionalField(field, p), bytes: Math.max(4, bytes), costUs: NUMBER_US + costUs };
  },
});

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
