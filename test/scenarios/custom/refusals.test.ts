/** What is wrong with a declaration is said all at once, each thing at its path, with what is allowed there. */
import { custom } from '../../../src/scenarios/custom';
import { UserError } from '../../../src/spec/failures';
import { parseJobSpec } from '../../../src/spec/job-spec';
import { loadSpec } from '../../../src/spec/load';
import { problemsOf } from '../../spec/problems';

const spec = (streams: unknown) => ({ scenario: { name: 'custom', streams }, sink: 'drop', load: { pace: { rate: 1 } } });
const refused = (input: unknown) => problemsOf(() => parseJobSpec(input));
const withField = (field: unknown) =>
  spec({ orders: { key: 'id', event: { id: 'uuid', kind: { one_of: ['a', 'b'] }, amount: { int: [1, 9] }, field } } });
const AT = '/scenario/streams/orders/event/field';

test.each<[unknown, string, RegExp]>([
  ['uid', '', /unknown kind of field 'uid': did you mean 'uuid'\? \(known: uuid, time, /],
  ['int', '', /needs more than the word int, as in \{ int: /],
  [null, '', /must be a field: uuid, time, sequence, or an object such as \{ int: \[1, 99\] \}, got null/],
  [[1], '', /must be a field: .*, got a list/],
  [{}, '', /must be a field: .*, got an object/],
  [{ integer: [1, 9] }, '/integer', /unknown kind of field 'integer': did you mean 'int'\?/],
  [{ decimals: 2, flot: [1, 2] }, '/flot', /did you mean 'float'\?/],
  [{ int: [1, 2], float: [1, 2] }, '', /is both int and float: a field is of one kind/],
  [{ int: 3 }, '/int', /must be two whole numbers, \[min, max\], got 3/],
  [{ int: [1, 'x'] }, '/int/1', /must be a whole number, got "x"/],
  [{ int: [3, 1] }, '/int', /with min not above max/],
  [{ int: [-9e15, 9e15] }, '/int', /must span fewer than 2\^53 numbers/],
  [{ int: [1, 9], shap: {} }, '/shap', /did you mean 'shape'\?/],
  [{ int: [1, 9], shape: { lognormal: {} } }, '/shape/lognormal', /allowed: log_normal, normal, exponential, uniform, mixture/],
  [{ int: [1, 9], shape: {} }, '/shape', /must have one of log_normal, /],
  [{ int: [1, 9], shape: { normal: { mean: 1, sd: 0 } } }, '/shape/normal/sd', /must be a number from 0 up, got 0/],
  [{ int: [1, 9], shape: { normal: { mean: 1e6, sd: 1 } } }, '', /has a shape that leaves nothing of the range from 1 to 9/],
  [{ int: [1, 1e6], shape: { normal: { mean: 1, sd: 1 } } }, '', /must span at most 65,536 numbers/],
  [{ float: [0.001, 2] }, '', /must have ends with at most 2 decimals/],
  [{ one_of: [] }, '/one_of', /must be a list, got an empty list/],
  [{ one_of: ['a', 'a'] }, '/one_of', /must not hold a value twice/],
  [{ one_of: [['a']] }, '/one_of/0', /must be text, a number, true or false, got a list/],
  [{ weighted: { a: -1, b: 1 } }, '/weighted/a', /must be a number from 0 to/],
  [{ weighted: { a: 0 } }, '/weighted', /must have a weight above 0/],
  [{ chance: 2 }, '/chance', /must be a number from 0 to 1, got 2/],
  [{ given: 'kin', cases: { a: 'uuid', b: 'uuid' } }, '/given', /not among the fields before it: did you mean 'kind'\? \(allowed: kind\)/],
  [{ given: 'amount', cases: { 1: 'uuid' } }, '/given', /has no fixed set of values \(allowed: kind\)/],
  [{ given: 'kind', cases: { a: 'uuid' } }, '/cases', /has no field for the case that kind is b/],
  [{ given: 'kind', cases: { a: 'uuid', b: 'uuid', B: 'uuid' } }, '/cases/B', /kind is never 'B': did you mean 'b'\?/],
  [{ given: 'kind' }, '/cases', /is missing/],
  [{ text: 'abc', with: { n: 'uuid' } }, '/text', /has no \{name\} in it/],
  [{ text: 'a {b}', with: { c: 'uuid' } }, '/with/c', /is nowhere in the text/],
  [{ text: 'a {b}', with: { b: { record: { x: 'uuid' } } } }, '/with/b', /cannot stand in a text/],
  [{ text: 'a {b}', with: { b: { optional: 'uuid', share: 0.5 } } }, '/with/b', /cannot stand in a text/],
  [{ text: 'a {b}', with: { b: { fake: 'x' } } }, '/with/b/fake', /is no word/],
  [{ text: 'a {kid}' }, '/text', /has \{kid\} in it, which is not in with and .* did you mean 'id'\?/],
  [
    { record: { n: { optional: 'uuid', share: 0.5 }, t: { text: '{n}' } } },
    '/record/t/text',
    /has \{n\} in it, which cannot stand in a text/,
  ],
  [{ ref: 'field' }, '/ref', /not among the fields before it/],
  [{ ref: 'ID' }, '/ref', /did you mean 'id'\? \(fields: id, kind, amount\)/],
  [{ fake: 'person.fulName' }, '/fake', /did you mean 'person.fullName'\?/],
  [{ fake: 'person.address' }, '/fake', /of person: .*fullName/],
  [{ fake: 'internet.email' }, '/fake', /did you mean 'internet.exampleEmail'\?/],
  [{ fake: 'constructor.constructor' }, '/fake', /is no word of faker's/],
  [{ fake: '__proto__.toString' }, '/fake', /is no word of faker's/],
  [{ fake: 'helpers.fake' }, '/fake', /is no word of faker's/],
  [{ record: {} }, '/record', /must have at least one field/],
  [{ record: { x: 'uid' } }, '/record/x', /unknown kind/],
  [{ record: { 'a.b': 'uuid' } }, '/record/a.b', /has a name that no field can have/],
  [{ list: { record: { x: 'uid' } }, length: 1 }, '/list/record/x', /unknown kind/],
  [{ list: 'uuid', length: 2000 }, '/length', /must be a whole number from 0 to 1000/],
  [{ list: 'uuid' }, '/length', /must be a whole number from 0 to 1000/],
  [{ optional: 'uuid' }, '/share', /is missing: a number from 0 to 1/],
  [{ time: 'seconds' }, '/time', /must be one of iso, ms, got "seconds"/],
  [{ sequence: -1 }, '/sequence', /must be a whole number from 0/],
  [{ const: { a: 1 } }, '/const', /must be text, a number, true or false, got an object/],
])('%j is refused at %s', (field, below, message) => {
  const problems = refused(withField(field));

  expect(problems.filter(({ path }) => !path.startsWith(AT))).toEqual([]);
  expect(problems.find(({ path }) => path === `${AT}${below}`)?.message).toMatch(message);
});

test.each<[unknown, string, RegExp]>([
  [undefined, '', /is missing: your streams by name, as in \{ orders: /],
  [[], '', /must be your streams by name/],
  [{}, '', /must hold 1 to 16 streams/],
  [{ Orders: { key: 'id', event: { id: 'uuid' } } }, '/Orders', /has a name that no stream can have/],
  [{ orders: 'uuid' }, '/orders', /must be an object with key and event/],
  [{ orders: { key: 'id' } }, '/orders/event', /is missing: an object of fields by name/],
  [{ orders: { event: { id: 'uuid' } } }, '/orders/key', /is missing: the name of the field that is the event's key \(fields: id\)/],
  [{ orders: { key: 'di', event: { id: 'uuid' } } }, '/orders/key', /no field of the event/],
  [{ orders: { key: 'n', event: { n: { optional: 'uuid', share: 1 } } } }, '/orders/key', /no text, number, true or false in each event/],
  [{ orders: { key: 'id', event: { id: 'uuid' }, evnt: 1 } }, '/orders/evnt', /did you mean 'event'\?/],
  [{ orders: { key: 'id', event: { id: 'uuid', toString: 'uuid' } } }, '/orders/event/toString', /nothing that every object has/],
])('streams %j are refused at %s', (streams, below, message) => {
  expect(refused(spec(streams)).find(({ path }) => path === `/scenario/streams${below}`)?.message).toMatch(message);
});

test('an object that names its prototype is refused, not followed', () => {
  const streams: unknown = JSON.parse(
    '{"orders":{"key":"id","event":{"id":"uuid","__proto__":"uuid","w":{"weighted":{"__proto__":1,"a":1}}}}}',
  );

  expect(refused(spec(streams)).map(({ path }) => path)).toEqual([
    '/scenario/streams/orders/event/__proto__',
    '/scenario/streams/orders/event/w/weighted/__proto__',
  ]);
});

test('a field that depends on a wrong one is not refused for it: the cause is named once', () => {
  const event = { id: 'uuid', kind: { one_off: ['a'] }, n: { given: 'kind', cases: { a: 'uuid' } } };

  expect(refused(spec({ orders: { key: 'id', event } })).map(({ path }) => path)).toEqual(['/scenario/streams/orders/event/kind/one_off']);
});

test('all problems come at once, with line and column', () => {
  const yaml = `
scenario:
  name: custom
  streams:
    orders:
      key: idd
      event:
        id: uid
        amount: { int: [9, 1] }
sink: nowhere
load: {}
`;
  expect(() => loadSpec(yaml, 'orders.yaml')).toThrow(UserError);
  const message =
    /^(?=.*event\/id unknown .*line 8, column 13)(?=.*amount\/int must .*line 9, column 24)(?=.*key names 'idd'.*line 6, column 12)(?=.*sink)/s;
  expect(() => loadSpec(yaml, 'orders.yaml')).toThrow(message);
});

describe('a declaration has limits, as it goes with the job into each step of its history, and its events into memory', () => {
  const event = (fields: object) => ({ orders: { key: 'id', event: { id: 'uuid', ...fields } } });
  const nest = (depth: number): object => (depth === 0 ? { int: [1, 2] } : { record: { a: nest(depth - 1) } });
  const many = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`field_${String(i)}`, { int: [1, 100] }]));
  const wide = { int: [1, 60_000], shape: { uniform: [1, 60_000] } };

  test.each<[string, unknown, string, RegExp]>([
    ['16 KiB', event(many), '', /must be at most 16,384 bytes as JSON, got/],
    ['40 levels', event({ a: nest(20) }), '', /must have at most 40 objects and lists in each other/],
    [
      '64 KiB an event',
      event({ a: { list: { list: 'uuid', length: 100 }, length: 100 } }),
      '/orders/event',
      /can be 39\d,\d+ bytes long; allowed: 65,536/,
    ],
    ['tables', event({ a: wide, b: wide, c: wide, d: wide }), '/orders/event/d', /all shaped ranges of a declaration together/],
    ['texts', event({ a: { const: 'x'.repeat(1_001) } }), '/orders/event/a/const', /must be at most 1000 characters/],
  ])('%s', (_, streams, below, message) => {
    expect(refused(spec(streams)).find(({ path }) => path === `/scenario/streams${below}`)?.message).toMatch(message);
  });

  test('what is too deep is refused however deep it is', () => {
    let deep: object = {};
    for (let level = 0; level < 100_000; level++) deep = { record: deep };

    expect(custom.options.safeParse({ streams: deep }).success).toBe(false);
  });
});
