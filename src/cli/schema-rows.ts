/** A JSON Schema as rows for people: name, type, what is allowed. */
import type { JsonSchema } from '../fields/field';

/** One row a property, those of objects within under `outer.inner`. */
export function schemaRows(schema: JsonSchema, prefix = ''): [name: string, type: string, values: string][] {
  const properties = objectOf(schema['properties']);
  if (properties === null) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    const inner = objectOf(property);
    if (inner === null) return [];
    const { type, values } = spanOf(inner);
    return [[`${prefix}${name}`, type, values], ...schemaRows(inner, `${prefix}${name}.`)] satisfies [string, string, string][];
  });
}

const objectOf = (value: unknown): JsonSchema | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : null;

/** A field that depends on another one has a schema each; they are shown as one where they say the same. */
function spanOf(schema: JsonSchema): { type: string; values: string } {
  const { anyOf } = schema;
  const kinds: JsonSchema[] = Array.isArray(anyOf) ? anyOf.map(objectOf).filter((one) => one !== null) : [schema];
  return { type: words(kinds.map(typeOf), ' or '), values: words(kinds.map(valuesOf), ' or ') };
}

const words = (all: readonly string[], between: string): string => [...new Set(all)].join(between);

function typeOf({ type, enum: allowed }: JsonSchema): string {
  if (Array.isArray(type)) return type.join(' or ');
  if (typeof type === 'string') return type;
  return Array.isArray(allowed) ? [...new Set(allowed.map((value) => typeof value))].join(' or ') : '';
}

function valuesOf(schema: JsonSchema): string {
  const { enum: allowed, minimum, maximum, format, description, pattern } = schema;
  const values = Array.isArray(allowed) ? allowed.map(String).join(' | ') : undefined;
  const range = minimum === undefined && maximum === undefined ? undefined : `${String(minimum ?? '')} … ${String(maximum ?? '')}`;
  return [
    values,
    range,
    format,
    values === undefined ? pattern : undefined,
    description,
    schema['default'] === undefined ? undefined : `default ${String(schema['default'])}`,
  ]
    .filter((word) => word !== undefined)
    .map(String)
    .join(', ');
}
