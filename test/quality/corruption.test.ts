import { BatchBuffer } from '../../src/fields/batch-buffer';
import { corruptionOf, faults, type Quality } from '../../src/quality';
import { fieldsOf } from '../../src/quality/schema-fields';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const identity = { seed: 1, startUs: 0, scenario: { name: 's', version: 1, options: {} }, stream: 'events' };
const AT = Date.UTC(2026, 0, 1);

/** Events of two variants, nested, with a nullable field, text beyond ASCII, and the time as RFC 3339 deep inside. */
const event = (i: number) => ({
  type: i % 2 === 0 ? 'opened' : 'closed',
  body: { at: new Date(AT + i * 1000).toISOString(), name: 'Zoë 🚚', ...(i % 2 === 0 ? { size: i % 5 } : { size: 100 }) },
  note: i % 3 === 0 ? null : 'x',
});
const body = (size: object) => ({
  type: 'object',
  properties: { at: { type: 'string', format: 'date-time' }, name: { type: 'string' }, size },
  required: ['at', 'name'],
});
const variant = (type: string, size: object) => ({
  type: 'object',
  properties: { type: { const: type }, body: body(size), note: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
  required: ['type', 'body'],
});
const schema = {
  anyOf: [
    variant('opened', { type: 'integer', minimum: 0, maximum: 4 }),
    variant('closed', { type: 'integer', minimum: 50, maximum: 100 }),
  ],
};

function batch(b: number, count: number, out = new BatchBuffer()): BatchBuffer {
  out.reset();
  for (let i = 0; i < count; i++) {
    const line = Buffer.from(JSON.stringify(event(b * count + i)));
    out.ensure(line.length);
    out.at += line.copy(out.bytes, out.at);
    out.keyText(String(i));
    out.endEvent(AT + (b * count + i) * 1000);
  }
  return out;
}

/** Lines and rows of one batch of 40 events, all of them corrupted. */
function corrupted(wanted: Quality['faults'], b = 1, before: Buffer | null = null) {
  const out = batch(b, 40);
  const clean = out.bytes.toString('utf8', 0, out.at).split('\n').slice(0, -1);
  const steps = corruptionOf(
    { schema, time: 'body.at' },
    identity,
    { corruption_rate: 1, faults: wanted },
    {},
  )(b, out, function* () {
    yield;
    return before;
  });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const rows = step.value.toString().split('\n').slice(0, -1);
  return {
    clean,
    dirty: out.bytes.toString('utf8', 0, out.at).split('\n').slice(0, -1),
    rows: rows.map((row) => JSON.parse(row) as { i: number; field: string; fault: string; original: unknown }),
  };
}

const fault = (name: string, options: object = {}) => ({ name, options: faults.get(name).options.parse(options) });
const size = (line: string) => (JSON.parse(line) as ReturnType<typeof event>).body.size;

test('of a schema with variants the union is known, so that what lies outside is wrong in each', () => {
  expect(fieldsOf(schema).map(({ types, values, ...field }) => ({ ...field, types: types && [...types], values }))).toMatchObject([
    { path: 'type', required: true, types: ['string'], values: ['opened', 'closed'] },
    { path: 'body', required: true, types: ['object'], values: null },
    { path: 'body.at', names: ['body', 'at'], required: true, minimum: null },
    { path: 'body.name', types: ['string'] },
    { path: 'body.size', required: false, types: ['integer'], minimum: 0, maximum: 100 },
    { path: 'note', required: false, types: ['string', 'null'], values: null },
  ]);
});

test('a bound that one variant does not have is no bound, and a list that one does not keep to is no list', () => {
  const open = { anyOf: [{ properties: { n: { type: 'integer', minimum: 1 } } }, { properties: { n: { type: 'number' } } }] };
  const listed = { properties: { s: { anyOf: [{ enum: ['a'] }, { type: 'string' }] } } };

  expect(fieldsOf(open)).toMatchObject([{ path: 'n', minimum: null, maximum: null }]);
  expect(fieldsOf(listed)).toMatchObject([{ path: 's', values: null }]);
});

test('numbers leave the ranges of all variants, also those of a neighbour', () => {
  const { dirty, rows } = corrupted([fault('out_of_range')]);

  expect(rows).toHaveLength(40);
  expect(dirty.map(size).filter((n) => n >= 0 && n <= 100)).toEqual([]);
});

test('what may be null is not made null, and what is not required is not taken away', () => {
  const { rows } = corrupted([fault('null_field'), fault('missing_field')]);
  const broken = (name: string) => [...new Set(rows.filter((row) => row.fault === name).map(({ field }) => field))].sort();

  expect(broken('null_field')).toEqual(['body', 'body.at', 'body.name', 'body.size', 'type']);
  expect(broken('missing_field')).toEqual(['body', 'body.at', 'body.name', 'type']);
});

test('times move within the range that was asked for, in their own form, from the event on', () => {
  const { clean, dirty } = corrupted([fault('late', { by: { min: '2s', max: 'PT3S' } })]);
  const at = (line: string) => (JSON.parse(line) as ReturnType<typeof event>).body.at;
  const by = dirty.map((line, i) => Date.parse(at(clean[i]!)) - Date.parse(at(line)));

  expect(Math.min(...by)).toBeGreaterThanOrEqual(2000);
  expect(Math.max(...by)).toBeLessThanOrEqual(3000);
  expect(new Set(by).size).toBeGreaterThan(20);
  expect(dirty.every((line) => /^\d{4}-.*\.\d{3}Z$/.test(at(line)))).toBe(true);
});

test('the first event of a stream has none before it: another fault is drawn, or it stays clean', () => {
  const only = corrupted([fault('duplicate')], 0);
  const beside = corrupted([fault('duplicate'), fault('truncated')], 0);

  expect(only.rows.map(({ i }) => i)).toEqual(Array.from({ length: 39 }, (_, i) => i + 1));
  expect(only.dirty).toEqual([only.clean[0], ...only.clean.slice(0, -1)]);
  expect(beside.rows[0]).toMatchObject({ i: 0, fault: 'truncated' });
});

test('at the head of a batch the event before it is the last one of the batch before', () => {
  const { dirty } = corrupted([fault('duplicate')], 1, Buffer.from('{"last":1}'));

  expect(dirty[0]).toBe('{"last":1}');
});

test('the table in the README is the registry, in its order', () => {
  const readme = readFileSync(join(__dirname, '../../src/quality/README.md'), 'utf8');

  expect([...readme.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, summary]) => [name, summary])).toEqual(
    faults.plugins.map(({ name, summary }) => [name, summary]),
  );
});
