import { z } from 'zod';
import { alternativeName, alternativeOf, blank, fieldId, numberOr, pointer, pruned, type Schema } from '../../src/console/form/schema';
import { jobSpec } from '../../src/spec/job-spec';
import { pace } from '../../src/spec/pace';

const schema = z.toJSONSchema(pace, { io: 'input', unrepresentable: 'any' }) as Schema;
const alternatives = schema.anyOf ?? [];

test('alternatives are called by what makes them what they are, as the specification is written', () => {
  expect(alternatives.map(alternativeName)).toEqual(['rate', 'every + batch size', 'unpaced', 'stages']);
});

test.each([
  [{ rate: 5 }, 'rate'],
  [{ rate: 'fast' }, 'rate'],
  [{ every: '10s', batch_size: { min: 1, max: 2 } }, 'every + batch size'],
  [{ unpaced: { batch_size: 1, step: '1ms' } }, 'unpaced'],
  [{ stages: [], repeat: true }, 'stages'],
])('%j is of the alternative %s, also while somebody is still typing', (value, name) => {
  expect(alternativeName(alternatives[alternativeOf(alternatives, value)] ?? {})).toBe(name);
});

test('what is chosen begins as something of its own kind, so that its fields show', () => {
  for (const [i, alternative] of alternatives.entries()) expect(alternativeOf(alternatives, blank(alternative))).toBe(i);
});

test('what is left empty is left out: defaults are the server’s own', () => {
  expect(pruned({ id: '', load: { pace: { rate: 5 }, for: '' }, quality: { faults: [] }, shards: 0, repeat: false })).toEqual({
    load: { pace: { rate: 5 } },
    shards: 0,
    repeat: false,
  });
});

test('a number is one when it reads as one; the rest is sent as it was typed, for the server to refuse', () => {
  expect(['5', ' 0.5', '1e3', '-1', '.5'].map(numberOr)).toEqual([5, 0.5, 1000, -1, 0.5]);
  expect(['', 'fast', '1,5', '0x10', 'NaN', 'Infinity'].map(numberOr)).toEqual(['', 'fast', '1,5', '0x10', 'NaN', 'Infinity']);
});

test('problems find their fields: the path of the server is the path of the form', () => {
  const wrong = jobSpec.safeParse({ scenario: 'crisis', sink: 'disk', load: { pace: { rate: 5 }, for: 5 } });
  expect(wrong.error?.issues.map(({ path }) => path.reduce<string>((at, key) => pointer(at, String(key)), ''))).toEqual(['/load/for']);
  expect([fieldId('/load/for'), fieldId('')]).toEqual(['field-load-for', 'field-all']);
  expect(pointer('/a', 'b/c~d')).toBe('/a/b~1c~0d');
});
