/** An event's JSON Schema as a list of its fields, each with what a value must be. From it the faults know what would be wrong. */

/** A JSON Schema, as scenarios declare it. */
type JsonSchema = Readonly<Record<string, unknown>>;

/** Where a field is. */
export interface FieldPath {
  /** Names from the event to the field, joined by dots: `risk_level`, `payload.student_id`. What is inside lists is no field. */
  readonly path: string;
  readonly names: readonly string[];
}

/**
 * What the schema says of one field, taken over all variants of the event (`anyOf`, `oneOf`, `allOf`): a value outside of it is wrong in each of
 * them. Where one variant says nothing, so does the whole.
 */
export interface SchemaField extends FieldPath {
  /** The event is wrong without it. */
  readonly required: boolean;
  /** JSON types that are allowed; null: all. */
  readonly types: ReadonlySet<string> | null;
  /** All values that are allowed, where it is a fixed set; else null. */
  readonly values: readonly unknown[] | null;
  /** No smaller number is allowed; null: no such bound. Not of fields with a fixed set of values. */
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** In the order of their first appearance, a record before what is in it. */
export function fieldsOf(schema: JsonSchema): SchemaField[] {
  const found = new Map<string, Place>();
  collect(schema, [], found);
  return [...found.values()].map(({ names, required, variants }) => ({
    path: names.join('.'),
    names,
    required,
    types: union(variants.map(typesOf)),
    ...limits(variants),
  }));
}

interface Place {
  readonly names: readonly string[];
  required: boolean;
  readonly variants: JsonSchema[];
}

function collect(schema: JsonSchema, above: readonly string[], found: Map<string, Place>): void {
  for (const { properties, required } of expand(schema)) {
    if (!isSchema(properties)) continue;
    for (const [name, inner] of Object.entries(properties)) {
      if (!isSchema(inner)) continue;
      const names = [...above, name];
      const place = found.get(names.join('.')) ?? { names, required: true, variants: [] };
      found.set(names.join('.'), place);
      place.required &&= Array.isArray(required) && required.includes(name);
      place.variants.push(...expand(inner));
      collect(inner, names, found);
    }
  }
}

/** The schema itself, then every variant of it, none of which has variants. */
function expand(schema: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf, allOf, ...own } = schema;
  const variants = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list.filter(isSchema).flatMap(expand) : []));
  return variants.length > 0 && !SAYS.some((word) => word in own) ? variants : [own, ...variants];
}

/** Words that limit a value; a schema with none of them only holds its variants together. */
const SAYS = ['type', 'enum', 'const', 'properties', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);

function typesOf({ type, ...schema }: JsonSchema): readonly string[] | null {
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  const values = valuesOf(schema);
  if (values !== null) return values.map(typeOf);
  return 'properties' in schema ? ['object'] : null;
}

/** The JSON Schema name of a value's type. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function valuesOf(schema: JsonSchema): readonly unknown[] | null {
  if (Array.isArray(schema['enum'])) return schema['enum'];
  if ('const' in schema) return [schema['const']];
  return schema['type'] === 'null' ? [null] : null;
}

function union<T>(sets: readonly (readonly T[] | null)[]): ReadonlySet<T> | null {
  const all = sets.flatMap((set) => (set === null ? [] : [set]));
  return all.length < sets.length ? null : new Set(all.flat());
}

function limits(variants: readonly JsonSchema[]): Pick<SchemaField, 'values' | 'minimum' | 'maximum'> {
  const values = union(variants.map(valuesOf));
  if (values !== null) return { values: [...values], minimum: null, maximum: null };
  const numbers = variants.filter((variant) => typesOf(variant)?.some((type) => type === 'integer' || type === 'number') ?? true);
  const bound = (word: string, exclusive: string, least: (...all: number[]) => number): number | null => {
    const bounds = numbers.map((variant) => variant[word] ?? variant[exclusive] ?? null);
    const known = bounds.filter((one) => typeof one === 'number');
    return known.length === 0 || known.length < bounds.length ? null : least(...known);
  };
  return {
    values: null,
    minimum: bound('minimum', 'exclusiveMinimum', Math.min),
    maximum: bound('maximum', 'exclusiveMaximum', Math.max),
  };
}
