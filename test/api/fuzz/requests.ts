/** Requests made of an OpenAPI document: to every documented path, right, nearly right and wrong. */
import fc from 'fast-check';
import { spoilt, valueOf, type Schema } from './from-schema';

export interface Operation {
  parameters: { name: string; in: 'path' | 'query' | 'header'; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

export interface Fuzzed {
  /** As documented. */
  path: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** Few, so that calls meet. */
const IDS = ['fuzz-a', 'fuzz-b', 'fuzz-c', 'crisis-intake', 'fleet', 'tutoring', 'hourly', 'nobody'];
const RAW = ['%', '%E0%A4%A', '..%2f..', 'a%00b', '%F0%9F%92%A5', "'%20OR%201=1", 'x'.repeat(200), 'A', ' '];

export function requestsTo(path: string, method: string, operation: Operation): fc.Arbitrary<Fuzzed> {
  const of = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
  const segments = fc.tuple(...of('path').map(segmentOf));
  const query = fc.tuple(
    ...of('query').map(queryOf),
    fc.option(fc.constantFrom('x=1', 'limit=1&limit=2', '%', '=&&', 'run[a]=1'), { nil: '', freq: 12 }),
  );
  const keys = of('header').map(() => fc.option(fc.constantFrom('k-1', 'k-2', 'k-3', '', 'x'.repeat(300)), { nil: undefined, freq: 2 }));
  return fc.tuple(segments, query, fc.tuple(...keys), bodyOf(path, operation)).map(([segments, query, [key], { body, type }]) => {
    const filled = segments.reduce<string>((at, segment) => at.replace(/\{\w+\}/, () => segment), path);
    const asked = query.filter((part) => part !== '').join('&');
    return {
      path,
      method,
      url: `${filled}${asked === '' ? '' : `?${asked}`}`,
      headers: { ...(type === undefined ? {} : { 'content-type': type }), ...(key === undefined ? {} : { 'idempotency-key': key }) },
      ...(body === undefined || method === 'get' ? {} : { body }),
    };
  });
}

const segmentOf = ({ schema }: Operation['parameters'][number]): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...IDS), weight: 8 },
    { arbitrary: valueOf(schema).map((value) => encoded(String(value)) || 'x'), weight: 1 },
    { arbitrary: fc.constantFrom(...RAW).map((raw) => raw.replaceAll(' ', '%20')), weight: 1 },
  );

const queryOf = ({ name, schema }: Operation['parameters'][number]): fc.Arbitrary<string> =>
  fc
    .oneof(
      { arbitrary: fc.constant(undefined), weight: 5 },
      { arbitrary: valueOf(schema), weight: 4 },
      { arbitrary: fc.constantFrom('', '0', '-1', '5', 'true', 'all', 'AAAA', '0-eyJhIjoxfQ'), weight: 2 },
    )
    // To wait for the end of a run is what that one is for.
    .map((value) => (value === undefined || (name === 'wait' && value === 'true') ? '' : `${name}=${encoded(String(value))}`));

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a character.
    return '%ED%A0%80';
  }
}

interface Body {
  body?: string;
  type?: string;
}

function bodyOf(path: string, { requestBody }: Operation): fc.Arbitrary<Body> {
  const content = requestBody?.content['application/json'];
  if (content === undefined)
    return fc.constantFrom<Body>({}, {}, { body: '{}', type: 'application/json' }, { body: 'x', type: 'text/plain' });
  const right = valueOf(content.schema);
  const known = content.example === undefined ? right : fc.constant(content.example);
  const value = fc.oneof(
    { arbitrary: right, weight: 4 },
    { arbitrary: known, weight: 2 },
    { arbitrary: spoilt(fc.oneof(right, known)), weight: 4 },
  );
  // Whatever it is, a preview starts nothing.
  const json = value.map((one) => JSON.stringify(path === '/preview' ? one : harmless(one)));
  const types = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'application/yaml',
    'text/plain',
    'application/xml',
    '',
  );
  return fc.oneof(
    { arbitrary: json.map((body) => ({ body, type: 'application/json' })), weight: 12 },
    { arbitrary: fc.tuple(json, fc.nat(400)).map(([body, cut]) => ({ body: body.slice(0, cut), type: 'application/json' })), weight: 1 },
    { arbitrary: fc.tuple(json, types).map(([body, type]) => ({ body, type })), weight: 2 },
    { arbitrary: fc.constant<Body>({}), weight: 1 },
    { arbitrary: fc.string({ maxLength: 60 }).map((body) => ({ body, type: 'application/json' })), weight: 1 },
  );
}

/** What is to be tried is the API, not how much the machine can write: what would really start is short. Wrong values stay as they are. */
function harmless(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { load, spec, id, scenario, ...rest } = body as Record<string, unknown>;
  const isObject = typeof load === 'object' && load !== null && !Array.isArray(load);
  const short = (batches: unknown) => (batches === undefined || (typeof batches === 'number' && batches > 3) ? 3 : batches);
  return {
    ...rest,
    ...(scenario === undefined ? {} : { scenario, id: typeof id === 'string' && id.length > 0 ? IDS[id.length % 3] : id }),
    ...(scenario === undefined && id !== undefined ? { id: typeof id === 'string' ? (IDS[6 - (id.length % 2) * 6] ?? id) : id } : {}),
    ...(load === undefined ? {} : { load: isObject ? { ...load, batches: short((load as Record<string, unknown>)['batches']) } : load }),
    ...(spec === undefined ? {} : { spec: harmless(spec) }),
  };
}
