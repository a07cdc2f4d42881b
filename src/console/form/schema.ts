/** JSON Schemas as forms need them: which alternatives there are, what they are called, what is left out. Pure. */
export interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  const?: unknown;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
  minimum?: number;
  maximum?: number;
}

export interface OpenApi {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } } | undefined> | undefined>;
}

export const bodySchema = (document: OpenApi, path: string, method: string): Schema | undefined =>
  document.paths[path]?.[method]?.requestBody?.content['application/json']?.schema;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an alternative is called: by the keys that make it what it is, `every + batch_size`, else by its type. */
export function alternativeName({ properties, required, enum: names, type }: Schema): string {
  if (names !== undefined) return 'by name';
  if (properties === undefined)
    return type === 'integer' || type === 'number' ? 'a number' : type === 'object' ? 'several (JSON)' : (type ?? 'any');
  const keys = required ?? Object.keys(properties);
  return keys.length > 0 && keys.length <= 3 ? keys.map(words).join(' + ') : 'with options';
}

/** The alternative that a value is of; −1: none of them. */
export const alternativeOf = (alternatives: readonly Schema[], value: unknown): number =>
  alternatives.findIndex((schema) => fits(schema, value));

function fits({ type, properties, required = [] }: Schema, value: unknown): boolean {
  if (type === 'object')
    return (
      isRecord(value) &&
      required.every((key) => key in value) &&
      Object.keys(value).every((key) => properties === undefined || key in properties)
    );
  if (type === 'array') return Array.isArray(value);
  // What somebody has typed is text until it reads as a number.
  return typeof value === 'number' || typeof value === 'string';
}

/** What a field begins with when somebody chooses it: all that is required, empty. */
export function blank({ type, properties = {}, required = [], enum: names, anyOf }: Schema): unknown {
  if (anyOf?.[0] !== undefined) return blank(anyOf[0]);
  if (type === 'object') return Object.fromEntries(required.map((key) => [key, blank(properties[key] ?? {})]));
  if (type === 'array') return [];
  return names?.[0] ?? '';
}

/** Without what was left empty, so that defaults are the facade's own. An empty object or list inside another one goes, too. */
export function pruned(value: unknown): unknown {
  if (value === '' || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(pruned).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const kept = pruned(inner);
    return kept === undefined ? [] : [[key, kept]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

export const without = (record: Readonly<Record<string, unknown>>, ...keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

/** A number when it reads as one; else what was typed, about which the facade has more to say than a form. */
export const numberOr = (text: string): unknown => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text);

/** `batch_size` → `batch size`. */
export const words = (key: string): string => key.replaceAll('_', ' ');

/** `/load/pace` and `rate` → `/load/pace/rate` (RFC 6901). */
export const pointer = (path: string, key: string | number): string => `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Id of the element that a problem at the path is shown at. */
export const fieldId = (path: string): string => `field${path.replaceAll('/', '-') || '-all'}`;
