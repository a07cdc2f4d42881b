import type { Field, JsonSchema, Scope, Write } from './field';
import { constant, writeConstant } from './json-bytes';

export interface RecordField extends Field {
  readonly fields: Readonly<Record<string, Field>>;
}

/** An object with these fields, in this order. A field may depend on those before it. */
export const record = (fields: Readonly<Record<string, Field>>): RecordField => ({
  fields,
  schema: recordSchema(fields),
  bind: (scope) => {
    const inside = scope.record();
    const bare = Object.entries(fields).map(([name, field], i) => ({
      name,
      prefix: constant(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`),
      write: bound(name, field, inside),
    }));
    const members = bare.map(({ name, prefix, write }) => ({ prefix, write: noting(write, inside.spanOf(name)) }));
    const close = constant('}');
    const open = constant('{');
    return (out, random, context) => {
      if (members.length === 0) writeConstant(out, open);
      for (const { prefix, write } of members) {
        writeConstant(out, prefix);
        write(out, random, context);
      }
      writeConstant(out, close);
    };
  },
});

/** Leaves where the value is, for fields that refer to it. */
function noting(write: Write, slot: number | undefined): Write {
  if (slot === undefined) return write;
  return (out, random, context) => {
    const event = out.eventStart;
    context.drawn[slot] = out.at - event;
    write(out, random, context);
    context.drawn[slot + 1] = out.at - event;
  };
}

function recordSchema(fields: Readonly<Record<string, Field>>): JsonSchema {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return { type: 'object', properties, required: Object.keys(fields), additionalProperties: false };
}

function bound(name: string, field: Field, inside: Scope): Write {
  try {
    return inside.bind(name, field);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
