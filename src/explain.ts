/** What a schema allows and what an input is, in a few words for people, in place of zod's. */
import { z } from 'zod';

/** "a number from 0 to 60"; undefined for kinds of schema that have no short description. */
function describe(schema: unknown): string | undefined {
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodNumberFormat) return ofNumber(schema);
  if (schema instanceof z.ZodString) return 'text';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodArray) return 'a list';
  if (schema instanceof z.ZodEnum) return oneOf(schema.options);
  if (schema instanceof z.ZodLiteral) return oneOf([...schema.values]);
  if (schema instanceof z.ZodObject) {
    const keys = Object.keys(schema.shape);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}`;
  }
  return undefined;
}

function ofNumber({ minValue, maxValue, isInt }: { minValue: number | null; maxValue: number | null; isInt: boolean }): string {
  const kind = isInt ? 'a whole number' : 'a number';
  const from = minValue === null || minValue <= Number.MIN_SAFE_INTEGER ? null : minValue;
  const to = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? null : maxValue;
  if (from !== null && to !== null) return `${kind} from ${from} to ${to}`;
  if (from !== null) return `${kind} from ${from} up`;
  if (to !== null) return `${kind} up to ${to}`;
  return kind;
}

const oneOf = (values: readonly unknown[]): string => (values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`);

/** The input itself where it is short, else its kind. */
function show(input: unknown): string {
  if (input === undefined) return 'nothing';
  if (input === null) return 'null';
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (typeof input === 'object') return 'an object';
  if (typeof input === 'string') return JSON.stringify(input.length > 40 ? `${input.slice(0, 40)}…` : input);
  return String(input);
}

/** @param allowed what is allowed, as a noun: "a number from 0 to 60" */
export const expected = (allowed: string, input: unknown): string =>
  input === undefined ? `is missing: ${allowed}` : `must be ${allowed}, got ${show(input)}`;

/** Words for zod's issues; a schema's own message goes before. */
export const explain: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `is not known here; allowed: ${keysOf(issue.inst)}`;
    case 'invalid_type':
    case 'invalid_value':
    case 'too_small':
    case 'too_big': {
      const allowed = describe('schema' in issue ? issue.schema : issue.inst) ?? describe(issue.inst);
      return allowed === undefined ? undefined : expected(allowed, issue.input);
    }
    default:
      return undefined;
  }
};

const keysOf = (schema: unknown): string =>
  schema instanceof z.ZodObject && Object.keys(schema.shape).length > 0 ? Object.keys(schema.shape).join(', ') : 'no keys at all';
