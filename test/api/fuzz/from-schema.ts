/** Values that a JSON Schema allows, now and then beside it; and junk. */
import fc from 'fast-check';

export type Schema = Record<string, unknown>;

/** Texts that mean something somewhere: a schema cannot say that a text is a duration. */
const TEXTS = [
  ...[
    'PT10S',
    '10s',
    'PT0S',
    'P1D',
    'P36500D',
    'PT0.05S',
    '5 m',
    '2026-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '2199-12-31T23:59:59.999Z',
    '1969-01-01',
    '*/5 * * * *',
    '0 0 30 2 *',
  ],
  ...[
    'Europe/Berlin',
    'UTC',
    'Mars/Olympus',
    'http://127.0.0.1:9/ingest',
    'http://169.254.169.254/latest',
    'orders.{stream}',
    '../../etc/passwd',
  ],
  ...[
    'totals.rejected == 0',
    'lateness_ms.p99 <= 25',
    'totals = 0',
    'event_id',
    'staging',
    'crisis',
    'drop',
    '',
    '\u0000',
    '\ud800',
    '💥'.repeat(50),
  ],
];
const text = fc.oneof({ arbitrary: fc.constantFrom(...TEXTS), weight: 3 }, fc.string({ maxLength: 30, unit: 'binary' }));

const number = (whole: boolean, { minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> => {
  const least = typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum : -1000;
  const most = typeof maximum === 'number' ? maximum : least + 100_000;
  const edges = fc.constantFrom(least, most, 0, 1);
  if (whole) return fc.oneof(fc.integer({ min: least, max: Math.max(least, Math.min(most, least + 50)) }), edges);
  return fc.oneof(fc.double({ min: least, max: most, noNaN: true }), edges);
};

/** Where a schema says nothing, anything. */
export function valueOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return fc.constant(null);
  const inner = (one: unknown) => valueOf(one as Schema, depth + 1);
  const branches = (schema['anyOf'] ?? schema['oneOf']) as unknown[] | undefined;
  if (branches !== undefined) return fc.oneof(...branches.map(inner));
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  switch (schema['type']) {
    case 'string':
      return typeof schema['pattern'] === 'string' ? fc.oneof({ arbitrary: matching(schema['pattern']), weight: 4 }, text) : text;
    case 'integer':
    case 'number':
      return number(schema['type'] === 'integer', schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(schema['items'] ?? {}), { maxLength: 4 });
    case 'object':
      return objectOf(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(schema: Schema, inner: (one: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, unknown>;
  const required = (schema['required'] ?? []) as string[];
  const all = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, inner(one)]));
  return fc.record(all, { requiredKeys: required.filter((key) => key in all) });
}

function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern), { size: 'small' });
  } catch {
    // A construct that fast-check does not know.
    return text;
  }
}

const JUNK: unknown[] = [
  null,
  -1,
  0.5,
  1e308,
  2 ** 53,
  '',
  'x',
  [],
  {},
  [[]],
  true,
  '\u0000',
  { name: 'crisis', name2: 1 },
  'x'.repeat(2000),
  '-0',
];
const KEYS = ['__proto__', 'constructor', 'toString', 'id', 'name', '', 'x'.repeat(300), '\ud800'];

/** A value with one thing changed: taken out, replaced by junk, or added. */
export const spoilt = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(value, fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }), fc.constantFrom(...JUNK), fc.constantFrom(...KEYS), fc.nat(2))
    .map(([whole, path, junk, key, how]) => spoil(whole, path, junk, key, how));

function spoil(value: unknown, [at = 0, ...deeper]: readonly number[], junk: unknown, key: string, how: number): unknown {
  if (typeof value !== 'object' || value === null) return junk;
  const entries = Object.entries(value);
  const chosen = entries[at % Math.max(1, entries.length)];
  const changed =
    chosen === undefined || (deeper.length === 0 && how === 1)
      ? [...entries, [key, junk] as const]
      : entries.flatMap(([name, inner]) => (name !== chosen[0] ? [[name, inner] as const] : kept(name, inner)));
  function kept(name: string, inner: unknown): (readonly [string, unknown])[] {
    if (deeper.length > 0) return [[name, spoil(inner, deeper, junk, key, how)]];
    return how === 0 ? [] : [[name, junk]];
  }
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : ownKeys(changed);
}

/** `__proto__` as a key like any other. */
function ownKeys(entries: readonly (readonly [string, unknown])[]): unknown {
  const made = {};
  for (const [key, value] of entries) Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  return made;
}
