/** The contract of a kind of field: how it is written as plain data, and the field of `src/fields` that it stands for. */
import type { z } from 'zod';
import type { Field } from '../../fields';

/** A field as it was declared. */
export interface Made {
  readonly field: Field;
  /** Its JSON at its longest, in bytes; of faker's words an estimate. */
  readonly bytes: number;
  /** What one value takes on a core, µs: an estimate, by which a worker knows when to look after its other jobs. */
  readonly costUs: number;
  /** Where the event's time is in it, `[]` for itself; absent: nowhere. */
  readonly time?: readonly string[];
}

/** What a kind may look at besides its parameters. */
export interface Inside {
  /** The field that stands at a key of `inner`. */
  one(key: string): Made;
  /** The fields that stand at a key of `inner`, by name; none when it was left out. */
  all(key: string): ReadonlyMap<string, Made>;
  /** An earlier field of the record, or of those around it; undefined: there is none. */
  earlier(name: string): Made | undefined;
  /** Names of all of them. */
  earlierNames(): string[];
  /** Whether there is a field of that name, whose declaration is not valid. */
  isWrong(name: string): boolean;
  /** Whether a table of so many values is still to be had: all tables of a declaration together are limited. */
  tabulate(values: number): boolean;
}

export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What a kind's own schema cannot see: thrown by `make`, with all that is wrong at paths below the field. */
export class Wrong extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('; '));
  }
}

/** One field; a map of them, which may be left out; or the fields of a record in their order. */
export type Holds = 'field' | 'fields' | 'fields?' | 'record';

export interface Kind<Parameters extends z.ZodObject = z.ZodObject> {
  /** The key that says which kind it is; beside it stand the other parameters. */
  readonly name: string;
  /** What it writes, for people. */
  readonly summary: string;
  /** As it is written in a line of YAML. */
  readonly example: string;
  /** May be written as the name alone, which then stands for this value of the key. */
  readonly alone?: unknown;
  /** With the key itself. What holds fields is `nested`. */
  readonly parameters: Parameters;
  /** Keys that hold fields. They are read before `make` is called. */
  readonly inner?: Readonly<Record<string, Holds>>;
  /** @throws Wrong, or Error for what is wrong with the field as a whole */
  make(parameters: z.output<Parameters>, inside: Inside): Made;
}

export const defineKind = <Parameters extends z.ZodObject>(kind: Kind<Parameters>) => kind;

/** What one number or constant takes. Measured: 15 of them in 1.2 µs. */
export const NUMBER_US = 0.1;

/** Of a value written with its JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
