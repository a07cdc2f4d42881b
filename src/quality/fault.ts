/** The contract of a fault: how it changes one event. `README.md` in this folder says how to add one; `test/quality/conformance.test.ts` holds each to it over every scenario. */
import type { z } from 'zod';
import type { Random } from '../fields/random';
import type { CleanEvent } from './clean-event';
import type { FieldPath, SchemaField } from './schema-fields';

/** What a fault may know of a stream. */
export interface StreamFacts {
  readonly fields: readonly SchemaField[];
  /** The field that holds the event's time; null where there is none. */
  readonly time: FieldPath | null;
}

/** An event after a fault. */
export interface Faulty {
  /** Path of the field that was changed; null: the event as a whole. */
  readonly field: string | null;
  /** What stands in the place of the event: differs from it, is not empty, and holds no newline. */
  readonly line: string | Buffer;
  /** JSON of the field's clean value, or of the clean event. */
  readonly original: string;
}

/** Changes one event; null where this event has nothing that it could break (then another fault is drawn). Pure: chance comes from `random` alone. */
export type Corrupt = (event: CleanEvent, random: Random) => Faulty | null;

/** A registered fault: one file, one line in `index.ts`. */
export interface FaultDefinition<Name extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  readonly summary: string;
  readonly options: Options;
  /** Asks for `CleanEvent.before`; at the head of a batch that costs making the batch before. */
  readonly needsBefore?: true;
  /** Called once a run and stream. Null: there is nothing in this stream that it could break. */
  bind(stream: StreamFacts, options: z.output<Options>): Corrupt | null;
}

export const defineFault = <Name extends string, Options extends z.ZodObject>(definition: FaultDefinition<Name, Options>) => definition;

/**
 * A fault of one field: it is drawn from those that `fits` and that the event has.
 * @param line the event with this field broken; null: this value cannot be
 */
export function inOneField(
  fields: readonly SchemaField[],
  fits: (field: SchemaField) => boolean,
  line: (event: CleanEvent, field: SchemaField, random: Random) => string | Buffer | null,
): Corrupt | null {
  const candidates = fields.filter(fits);
  if (candidates.length === 0) return null;
  return (event, random) => {
    const field = oneOf(
      candidates.filter((candidate) => event.has(candidate)),
      random,
    );
    const broken = field === undefined ? null : line(event, field, random);
    if (field === undefined || broken === null) return null;
    return { field: field.path, line: broken, original: JSON.stringify(event.valueOf(field)) };
  };
}

/** A fault of the event as a whole. */
export const inWhole = ({ line }: CleanEvent, broken: string | Buffer): Faulty => ({
  field: null,
  line: broken,
  original: line.toString(),
});

/** One of the values, each as likely as the others; undefined where there is none. */
export const oneOf = <T>(values: readonly T[], random: Random): T | undefined => values[random.below(Math.max(1, values.length))];
