/** Streams that were declared as plain data, and the same as the rest of evergen knows streams. */
import { expected } from '../../explain';
import { each } from '../../fields';
import { nearest } from '../../registry';
import type { StreamDefinition } from '../scenario';
import type { Made, Problem } from './kind';
import { recordOf } from './kinds/composites';
import { Names } from './names';
import { isScalar } from './parameters';
import { below, type Read, readRecord } from './read-field';
import { isMap } from './which-kind';

/** As it is written, once it is valid. */
export type Declaration = Readonly<Record<string, { readonly key: string; readonly event: Readonly<Record<string, unknown>> }>>;

const MOST_STREAMS = 16;
/** Of one event at its longest: a batch has up to 100,000 of them, in memory. */
const MOST_EVENT_BYTES = 64 * 1024;

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * @param input as `textOf` has let it pass
 * @param scenario name and version, which the bytes depend on, as they do on the declaration
 * @returns every problem, at its path within the declaration
 */
export function readDeclaration(input: unknown, scenario: { name: string; version: number }): Read<StreamDefinition[]> {
  if (!isMap(input)) return refused(expected(STREAMS, input));
  const entries = Object.entries(input);
  if (entries.length === 0 || entries.length > MOST_STREAMS) return refused(`must hold 1 to ${String(MOST_STREAMS)} streams by name`);
  const tables = { values: 0 };
  const identity = { ...scenario, options: { streams: input } };
  const streams = entries.map(([name, stream]) => [name, readStream(name, stream, Names.root(tables), identity)] as const);
  const made = streams.flatMap(([, { made }]) => (made === null ? [] : [made]));
  return {
    made: made.length === streams.length ? made : null,
    problems: streams.flatMap(([name, { problems }]) => below(name, problems)),
  };
}

const STREAMS = 'your streams by name, as in { orders: { key: id, event: { id: uuid, at: time } } }';

function readStream(name: string, input: unknown, names: Names, scenario: Parameters<typeof each>[1]['scenario']): Read<StreamDefinition> {
  if (!NAME.test(name)) return refused('has a name that no stream can have; allowed: 1 to 40 of a-z, 0-9 and -, beginning with a letter');
  if (!isMap(input)) return refused(expected('an object with key and event', input));
  const { key, event, ...others } = input;
  const { made: fields, problems: wrong } = readRecord(event, names);
  const problems = [
    ...below('event', wrong),
    ...Object.keys(others).map((other) => ({ path: [other], message: unknownKey(other) })),
    ...keyProblems(key, names, fields ?? new Map<string, Made>()),
  ];
  if (fields === null || problems.length > 0 || typeof key !== 'string') return { made: null, problems };
  const { field, bytes, costUs, time = [] } = recordOf(fields);
  if (bytes > MOST_EVENT_BYTES) {
    const message = `can be ${bytes.toLocaleString('en')} bytes long; allowed: ${MOST_EVENT_BYTES.toLocaleString('en')}`;
    return { made: null, problems: [{ path: ['event'], message }] };
  }
  try {
    const fill = each(field, { key, scenario, slice: sliceOf(costUs) });
    return { made: { name, schema: field.schema, ...(time.length === 0 ? {} : { time: time.join('.') }), fill }, problems: [] };
  } catch (failure) {
    return { made: null, problems: [{ path: ['event'], message: failure instanceof Error ? failure.message : String(failure) }] };
  }
}

const unknownKey = (key: string): string => {
  const near = nearest(key, ['key', 'event']);
  return `is not known here${near === undefined ? '; allowed: key, event' : `: did you mean '${near}'?`}`;
};

/** The key must be there in each event. What a wrong field would be is not known. */
function keyProblems(key: unknown, names: Names, fields: ReadonlyMap<string, Made>): Problem[] {
  const allowed = [...fields].filter(([, { field }]) => isScalar(field)).map(([name]) => name);
  const list = allowed.length === 0 ? '' : ` (fields: ${allowed.join(', ')})`;
  if (typeof key !== 'string') return [{ path: ['key'], message: expected(`the name of the field that is the event's key${list}`, key) }];
  if (names.find(key) === null) return [];
  if (fields.has(key)) {
    return allowed.includes(key)
      ? []
      : [{ path: ['key'], message: `names '${key}', which is no text, number, true or false in each event${list}` }];
  }
  if (fields.size === 0 && names.find(key) !== undefined) return [];
  const near = nearest(key, names.all());
  return [
    { path: ['key'], message: `names '${key}', which is no field of the event${near === undefined ? list : `: did you mean '${near}'?`}` },
  ];
}

/** Events that take a millisecond together. */
const sliceOf = (costUs: number): number => Math.min(64, Math.max(1, Math.floor(1000 / costUs)));

const refused = (message: string) => ({ made: null, problems: [{ path: [], message }] });
