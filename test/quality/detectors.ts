/** How one recognises each fault from outside: by what stands in the data, its clean twin and the stream's schema. */
import { isUtf8 } from 'node:buffer';
import type { ValidateFunction } from 'ajv';

export interface Evidence {
  /** Without newlines. */
  dirty: Buffer;
  clean: Buffer;
  /** The clean event before it in the stream. */
  before: Buffer | null;
  field: string | null;
  time: string | undefined;
  accepts: ValidateFunction;
}

type Json = Record<string, unknown>;

const parsed = (line: Buffer): Json | null => {
  try {
    return JSON.parse(line.toString()) as Json;
  } catch {
    return null;
  }
};

export const at = (event: unknown, path: string): unknown => path.split('.').reduce<unknown>((value, name) => (value as Json)[name], event);

/** The event with another value at a path; undefined takes the field away. */
function put(event: Json, path: string, value: unknown): Json {
  const [name = '', ...rest] = path.split('.');
  return { ...event, [name]: rest.length === 0 ? value : put(event[name] as Json, rest.join('.'), value) };
}

/** Valid JSON of UTF-8 that differs from the clean event in this one field only, and that the schema refuses with one of these words. */
const refused =
  (...keywords: string[]) =>
  ({ dirty, clean, field, accepts }: Evidence): boolean => {
    const event = parsed(dirty);
    if (event === null || field === null || !isUtf8(dirty)) return false;
    const mended = JSON.stringify(put(event, field, at(parsed(clean), field)));
    accepts(event);
    const name = field.split('.').at(-1);
    const words = (accepts.errors ?? []).filter(
      ({ instancePath, params }) => instancePath.endsWith(`/${field.replaceAll('.', '/')}`) || params['missingProperty'] === name,
    );
    return sameMembers(mended, clean.toString()) && words.some(({ keyword }) => keywords.includes(keyword));
  };

const sameMembers = (one: string, other: string): boolean => sorted(JSON.parse(one)) === sorted(JSON.parse(other));
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const ms = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : (value as number));

/** By how many milliseconds the time field has moved; NaN when anything else differs. */
function moved({ dirty, clean, time = '' }: Evidence): number {
  const [event, was] = [parsed(dirty), parsed(clean)];
  if (event === null || was === null || JSON.stringify(put(event, time, at(was, time))) !== clean.toString()) return NaN;
  return ms(at(event, time)) - ms(at(was, time));
}

const between = (value: number, min: number, max: number): boolean => value >= min && value <= max;

export const detectors: Record<string, (evidence: Evidence) => boolean> = {
  null_field: (evidence) =>
    refused('type', 'enum', 'const', 'anyOf')(evidence) && at(parsed(evidence.dirty), evidence.field ?? '') === null,
  missing_field: refused('required'),
  wrong_type: refused('type', 'anyOf'),
  out_of_range: refused('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'),
  unknown_value: refused('enum', 'const'),
  malformed_json: ({ dirty }) => parsed(dirty) === null,
  truncated: ({ dirty, clean }) => parsed(dirty) === null && clean.subarray(0, dirty.length).equals(dirty),
  bad_encoding: ({ dirty, clean }) => {
    const event = dirty.toString('utf8').replace('\ufffd', '');
    return !isUtf8(dirty) && event === clean.toString();
  },
  duplicate: ({ dirty, before }) => before?.equals(dirty) === true,
  late: (evidence) => between(moved(evidence), -300_000, -10_000),
  future_time: (evidence) => between(moved(evidence), 60_000, 86_400_000),
};
