import { z } from 'zod';
import { check, pointer } from '../../src/spec/failures';
import { problemsOf } from './problems';

const refused = (schema: z.ZodType, input: unknown) => problemsOf(() => check(schema, input, 'the input'));

test('all problems are reported at once, each with its path and what is allowed there, so that one answer is enough to mend them', () => {
  const schema = z.strictObject({
    minutes: z.number().min(0).max(60),
    kind: z.enum(['a', 'b']),
    seed: z.int().min(0).max(9),
    name: z.string(),
  });
  expect(refused(schema, { minutes: 61, kind: 'c', seed: 1.5, extra: 1 })).toEqual([
    { path: '/minutes', message: 'must be a number from 0 to 60, got 61' },
    { path: '/kind', message: 'must be one of a, b, got "c"' },
    { path: '/seed', message: 'must be a whole number from 0 to 9, got 1.5' },
    { path: '/name', message: 'is missing: text' },
    { path: '/extra', message: 'is not known here; allowed: minutes, kind, seed, name' },
  ]);
});

test.each([
  ['text for a number', '5', 'got "5"'],
  ['NaN', NaN, 'got NaN'],
  ['Infinity', Infinity, 'got Infinity'],
  ['null', null, 'got null'],
  ['a list', [5], 'got a list'],
])('%s is no number, and is called by its name', (_, input, got) => {
  expect(refused(z.strictObject({ rate: z.number().min(0).max(100) }), { rate: input })).toEqual([
    { path: '/rate', message: `must be a number from 0 to 100, ${got}` },
  ]);
});

describe('a union is explained by the branch that was meant, as "invalid input" would help nobody', () => {
  const union = z.strictObject({
    pace: z.union([z.strictObject({ rate: z.number().max(10) }), z.strictObject({ every: z.string(), size: z.int() }), z.int()]),
  });

  test('by its keys', () => {
    expect(refused(union, { pace: { rate: 11 } })).toEqual([{ path: '/pace/rate', message: 'must be a number up to 10, got 11' }]);
    expect(refused(union, { pace: { every: 5 } })).toEqual([
      { path: '/pace/every', message: 'must be text, got 5' },
      { path: '/pace/size', message: 'is missing: a whole number' },
    ]);
  });

  test('by all kinds where the input is of none of them', () => {
    expect(refused(union, { pace: 'x' })).toEqual([
      { path: '/pace', message: 'must be an object with rate or an object with every, size or a whole number, got "x"' },
    ]);
  });
});

test('a long text is cut in messages, as a message is for people', () => {
  const [problem] = refused(z.number(), 'x'.repeat(10_000));
  expect(problem?.message.length).toBeLessThan(100);
});

test('pointers escape ~ and / (RFC 6901), so that any key can be pointed at', () => {
  expect(pointer(['a/b', 'c~d', 0])).toBe('/a~1b/c~0d/0');
});
