import type { Field, JsonSchema, Scalar } from './field';
import { writeJson } from './json-bytes';

/** What a derived value may be computed from, besides the values of other fields. */
export interface Place {
  /** Event time, wall µs. */
  readonly timeUs: number;
  /** Number of the event within its stream. */
  readonly event: number;
}

/**
 * A value computed, not drawn: from what earlier categorical fields drew (in the order of `from`), and from the event's place.
 * @param value pure; its answer must be JSON and match `schema`
 */
export const derived = (
  schema: JsonSchema,
  from: readonly string[],
  value: (drawn: readonly (Scalar | undefined)[], place: Place) => unknown,
): Field => ({
  schema,
  bind: (scope) => {
    const causes = from.map((name) => scope.categorical(name));
    return (out, _random, context) => {
      const drawn = causes.map(({ slot, values }) => values[context.drawn[slot] ?? 0]);
      writeJson(out, value(drawn, { timeUs: context.timeUs, event: context.event }));
    };
  },
});
