import type { Field, JsonSchema } from './field';

/**
 * What an earlier field of the record, or of a record around it, has written, once more.
 * @param schema that of the other field
 */
export const ref = (name: string, schema: JsonSchema): Field => ({
  schema,
  bind: (scope) => {
    const slot = scope.span(name);
    return (out, _random, { drawn }) => {
      const event = out.eventStart;
      const [start, end] = [event + (drawn[slot] ?? 0), event + (drawn[slot + 1] ?? 0)];
      out.ensure(end - start);
      out.bytes.copyWithin(out.at, start, end);
      out.at += end - start;
    };
  },
});
