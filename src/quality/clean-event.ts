/** The event in hand, before a fault has come over it. */
import type { FieldPath } from './schema-fields';

type JsonObject = Record<string, unknown>;

export class CleanEvent {
  private parsed: unknown;

  constructor(
    /** Its JSON, without the newline. */
    readonly line: Buffer,
    /** Its time, milliseconds since the epoch. */
    readonly timeMs: number,
    /** The line of the event before it in the stream, as it was before any fault; null for the first one, and for faults that do not ask for it. */
    readonly before: Buffer | null,
  ) {}

  /** Whether this event has the field: not every variant of an event has all of them. */
  has(field: FieldPath): boolean {
    return this.holderOf(field) !== null;
  }

  /** Undefined where the event does not have the field. */
  valueOf(field: FieldPath): unknown {
    return this.holderOf(field)?.[lastOf(field)];
  }

  /** The event as JSON with another value in a field that it has. */
  with(field: FieldPath, value: unknown): string {
    return JSON.stringify(this.changed(field, (holder) => ({ ...holder, [lastOf(field)]: value })));
  }

  /** The event as JSON without a field that it has. */
  without(field: FieldPath): string {
    return JSON.stringify(this.changed(field, ({ [lastOf(field)]: _gone, ...holder }) => holder));
  }

  private get value(): unknown {
    return (this.parsed ??= JSON.parse(this.line.toString()));
  }

  /** The object in which a field stands; null where the event does not have it. */
  private holderOf({ names }: FieldPath): JsonObject | null {
    let holder = this.value;
    for (const [depth, name] of names.entries()) {
      if (!isObject(holder) || !Object.hasOwn(holder, name)) return null;
      if (depth === names.length - 1) return holder;
      holder = holder[name];
    }
    return null;
  }

  /** A copy of the event in which the object that holds the field is another one. */
  private changed({ names }: FieldPath, change: (holder: JsonObject) => JsonObject): unknown {
    const copy = (value: unknown, [name = '', ...rest]: readonly string[]): unknown => {
      if (!isObject(value)) return value;
      return rest.length === 0 ? change(value) : { ...value, [name]: copy(value[name], rest) };
    };
    return copy(this.value, names);
  }
}

const lastOf = ({ names }: FieldPath): string => names.at(-1) ?? '';

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
