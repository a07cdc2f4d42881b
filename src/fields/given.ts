import type { Field, Scalar, Scope, Write } from './field';
import { enumeration } from './weighted';

/**
 * A field that depends on another: written by the case for the value that `name`, an earlier categorical field of the record, has drawn.
 * Cases may be `given` fields themselves, for two dependencies. When all cases are categorical, so is the whole.
 */
export function given(name: string, cases: Readonly<Record<string, Field>>): Field {
  const fields = Object.values(cases);
  const values = union(fields);
  return {
    schema: values === undefined ? { anyOf: fields.map(({ schema }) => schema) } : enumeration(values),
    ...(values === undefined ? {} : { values }),
    bind: (scope) => {
      const cause = scope.categorical(name);
      const writes = casesInOrder(name, cause.values, cases, scope);
      return (out, random, context) => writes[context.drawn[cause.slot] ?? 0]?.(out, random, context);
    },
  };
}

function casesInOrder(name: string, values: readonly Scalar[], cases: Readonly<Record<string, Field>>, scope: Scope): Write[] {
  const known = values.map(String);
  const missing = known.filter((value) => !Object.hasOwn(cases, value));
  const impossible = Object.keys(cases).filter((value) => !known.includes(value));
  if (missing.length > 0) throw new Error(`given '${name}': no case for ${missing.join(', ')}`);
  if (impossible.length > 0) throw new Error(`given '${name}': it is never ${impossible.join(', ')}`);
  return known.map((value) => (cases[value] as Field).bind(scope));
}

/** All values of all fields in order of their first appearance; undefined when a field is not categorical. */
function union(fields: readonly Field[]): readonly Scalar[] | undefined {
  const values = new Set<Scalar>();
  for (const field of fields) {
    if (field.values === undefined) return undefined;
    for (const value of field.values) values.add(value);
  }
  return [...values];
}
