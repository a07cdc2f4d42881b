import { z } from 'zod';
import { createRegistry, nearest } from '../src/registry';

const rockets = createRegistry('rocket', [
  {
    name: 'saturn',
    version: 3,
    summary: 'Big.',
    options: z.object({ stages: z.int().min(1).default(3), colour: z.enum(['white', 'grey']).optional() }),
  },
  { name: 'vega', summary: 'Small.', options: z.object({}) },
]);
const problems = (input: unknown) =>
  rockets.choice.safeParse(input).error?.issues.map(({ path, message }) => ({ path: path.join('/'), message })) ?? [];

test('a name alone stands for the plug-in with its defaults, so the shortest specification is one word', () => {
  expect(rockets.choice.parse('saturn')).toEqual({ name: 'saturn', version: 3, options: { stages: 3 } });
  expect(rockets.choice.parse('vega')).toEqual({ name: 'vega', options: {} });
});

test('the wire form of a choice parses to the same choice, because activities parse the resolved specification again', () => {
  const { options, ...rest } = rockets.choice.parse({ name: 'saturn', version: 3, colour: 'grey' });
  expect(rockets.choice.parse({ ...rest, ...options })).toEqual({ name: 'saturn', version: 3, options: { stages: 3, colour: 'grey' } });
});

test('all problems of a choice are reported at once, each at its path', () => {
  const found = problems({ name: 'saturn', version: 2, stages: 0, color: 'grey', wings: 2 });
  expect(found.map(({ path }) => path).sort()).toEqual(['color', 'stages', 'version', 'wings']);
  expect(found.find(({ path }) => path === 'color')?.message).toContain("did you mean 'colour'?");
  expect(found.find(({ path }) => path === 'version')?.message).toContain('version 3');
});

test('paths are prefixed by the place of the choice in a specification', () => {
  const spec = z.strictObject({ rocket: rockets.choice });
  const issues = spec.safeParse({ rocket: { name: 'vega', fuel: 1 } }).error?.issues ?? [];
  expect(issues.map(({ path }) => path)).toEqual([['rocket', 'fuel']]);
});

test('an unknown name answers with the known ones and the nearest, so that a slip of the keyboard costs no search', () => {
  expect(() => rockets.get('satrun')).toThrow("unknown rocket 'satrun': did you mean 'saturn'? (known: saturn, vega)");
  expect(problems('nova')).toEqual([{ path: '', message: "unknown rocket 'nova' (known: saturn, vega)" }]);
  expect(problems({ name: 'nova' })).toEqual([{ path: 'name', message: "unknown rocket 'nova' (known: saturn, vega)" }]);
});

test.each([undefined, null, 7, [], {}, { name: 7 }])('%j is refused with a sentence, not with a type error', (input) => {
  expect(problems(input)[0]?.message).toContain('known: saturn, vega');
});

test('a plug-in without versions refuses one', () => {
  expect(problems({ name: 'vega', version: 1 })).toEqual([{ path: 'version', message: 'rocket vega has no versions' }]);
});

test('the JSON Schema shows both forms, for the API description', () => {
  const schema = z.toJSONSchema(z.object({ rocket: rockets.choice }), { io: 'input' });
  expect(schema).toMatchObject({
    properties: { rocket: { anyOf: [{ enum: ['saturn', 'vega'] }, { properties: { stages: { minimum: 1 } }, required: ['name'] }, {}] } },
  });
});

test('two plug-ins of one name and an option that hides the name are refused when the registry is made', () => {
  const vega = { name: 'vega', summary: '', options: z.object({}) };
  expect(() => createRegistry('rocket', [vega, vega])).toThrow('registered twice');
  expect(() => createRegistry('rocket', [{ ...vega, options: z.object({ name: z.string() }) }])).toThrow('cannot be called name');
});

test('nearest keeps silent when nothing is near', () => {
  expect(nearest('crises', ['crisis', 'fleet'])).toBe('crisis');
  expect(nearest('orders', ['crisis', 'fleet'])).toBeUndefined();
});
