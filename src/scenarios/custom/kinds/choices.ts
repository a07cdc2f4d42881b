/** Kinds of fields that draw from a fixed set of values. Others can be `given` what they drew. */
import { z } from 'zod';
import { nearest } from '../../../registry';
import { chance as chanceField, given as givenField, oneOf as oneOfField, weighted as weightedField } from '../../../fields';
import { defineKind, type Inside, jsonBytes, NUMBER_US, type Problem, Wrong } from '../kind';
import { nestedFields, scalar, share, text } from '../parameters';

const longest = (values: readonly unknown[]): number => Math.max(...values.map(jsonBytes));

export const oneOf = defineKind({
  name: 'one_of',
  summary: 'One of the values, each as likely as the others.',
  example: '{ one_of: [EUR, USD, GBP] }',
  parameters: z.strictObject({
    one_of: z
      .array(scalar)
      .min(1)
      .refine((values) => new Set(values).size === values.length, { error: 'must not hold a value twice; weighted says how often' }),
  }),
  make: ({ one_of: values }) => ({ field: oneOfField(values), bytes: longest(values), costUs: NUMBER_US }),
});

export const weighted = defineKind({
  name: 'weighted',
  summary: 'One of the keys, in proportion to its weight; the weights need not sum to anything.',
  example: '{ weighted: { retail: 8, wholesale: 1 } }',
  parameters: z.strictObject({
    weighted: z
      .record(text, z.number().min(0).max(1e12))
      .refine((weights) => Object.values(weights).some((weight) => weight > 0), { error: 'must have a weight above 0' }),
  }),
  make: ({ weighted: weights }) => ({ field: weightedField(weights), bytes: longest(Object.keys(weights)), costUs: NUMBER_US }),
});

export const chance = defineKind({
  name: 'chance',
  summary: 'true with this probability, else false; `as: integer`: 1 and 0.',
  example: '{ chance: 0.97 }',
  parameters: z.strictObject({ chance: share, as: z.enum(['boolean', 'integer']).default('boolean') }),
  make: ({ chance: p, as }) => ({ field: chanceField(p, as), bytes: 5, costUs: NUMBER_US }),
});

export const given = defineKind({
  name: 'given',
  summary: 'Another field for each value that an earlier one_of, weighted, chance or given has drawn.',
  example: '{ given: kind, cases: { retail: { int: [1, 9] }, wholesale: { int: [100, 999] } } }',
  parameters: z.strictObject({ given: z.string(), cases: nestedFields }),
  inner: { cases: 'fields' },
  make: ({ given: name }, inside) => {
    // It says itself what is wrong with it.
    if (inside.isWrong(name)) throw new Wrong([]);
    const cause = inside.earlier(name);
    const values = cause?.field.values?.map(String);
    if (values === undefined) throw new Wrong([{ path: ['given'], message: unfit(name, inside) }]);
    const cases = inside.all('cases');
    const problems = [...missing(name, values, cases), ...impossible(name, values, cases)];
    if (problems.length > 0) throw new Wrong(problems);
    const all = [...cases.values()];
    return {
      field: givenField(name, Object.fromEntries([...cases].map(([value, { field }]) => [value, field]))),
      bytes: Math.max(...all.map(({ bytes }) => bytes)),
      costUs: Math.max(...all.map(({ costUs }) => costUs)),
    };
  },
});

function unfit(name: string, inside: Inside): string {
  const names = inside.earlierNames();
  const allowed = names.filter((one) => inside.earlier(one)?.field.values !== undefined);
  if (allowed.length === 0) return `names '${name}', but no field with a fixed set of values (one_of, weighted, chance) comes before it`;
  const near = nearest(name, allowed);
  const why = names.includes(name) ? 'which has no fixed set of values' : 'which is not among the fields before it';
  return `names '${name}', ${why}${near === undefined ? '' : `: did you mean '${near}'?`} (allowed: ${allowed.join(', ')})`;
}

const missing = (name: string, values: readonly string[], cases: ReadonlyMap<string, unknown>): Problem[] => {
  const without = values.filter((value) => !cases.has(value));
  return without.length === 0 ? [] : [{ path: ['cases'], message: `has no field for the case that ${name} is ${without.join(', ')}` }];
};

const impossible = (name: string, values: readonly string[], cases: ReadonlyMap<string, unknown>): Problem[] =>
  [...cases.keys()]
    .filter((value) => !values.includes(value))
    .map((value) => {
      const near = nearest(value, values);
      const allowed = near === undefined ? ` (values: ${values.join(', ')})` : `: did you mean '${near}'?`;
      return { path: ['cases', value], message: `never comes, as ${name} is never '${value}'${allowed}` };
    });
