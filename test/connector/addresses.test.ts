import { createHash } from 'node:crypto';
import { concealed, concealedJson, concealedOf } from '../../src/connector/addresses';
import { normalise } from '../../src/scenarios/email/identity';
import type { Problem } from '../../src/spec/failures';

const h = (address: string): string => createHash('sha256').update(normalise(address)).digest('hex');
const ADA = h('ada.berg@example.com');

test.each<[string, string, string]>([
  ['alone, as anybody may write it', '  Ada.Berg@EXAMPLE.com ', ADA],
  ['in a sentence, with its full stop', 'Wrote to ada.berg@example.com.', `Wrote to ${ADA}.`],
  ['in brackets and quotes', '"Ada" <ada.berg@example.com>', `"Ada" <${ADA}>`],
  ['in apostrophes', "'ada.berg@example.com'", `'${ADA}'`],
  ['in a list', 'ada.berg@example.com,bob@example.org;carl@x.y', `${ADA},${h('bob@example.org')};${h('carl@x.y')}`],
  ['in a link', 'https://example.org/?to=ada.berg@example.com&x=1', `https://example.org/?to=${ADA}&x=1`],
  ['in a link, with percent signs', 'https://example.org/?to=ada.berg%40example.com', `https://example.org/?to=${ADA}`],
  ['in a link within a link', 'u=https%3A%2F%2Fx%2F%3Fto%3Dada.berg%2540example.com', `u=https%3A%2F%2Fx%2F%3Fto%3D${ADA}`],
  ['with a sign that percent signs hide', 'to=ada%2Bnews%40example.com', `to=${h('ada+news@example.com')}`],
  ['in JSON within a text', String.raw`{"to":"ada.berg@example.com"}`, `{"to":"${ADA}"}`],
  ['in JSON within a text, escaped', String.raw`{"to":"ada.berg\u0040example.com"}`, `{"to":"${ADA}"}`],
  ['in HTML', 'ada.berg&#64;example.com', ADA],
  ['in HTML, by name', 'ada.berg&commat;example.com', ADA],
  ['with a wide sign', 'ada.berg＠example.com', ADA],
  ['in other letters', 'an jörg@bücher.example!', `an ${h('jörg@bücher.example')}!`],
  ['in letters of two halves', 'an 𝒜da@example.com', `an ${h('𝒜da@example.com')}`],
  ['in quotes of its own', 'to "ada berg"@example.com', `to ${h('"ada berg"@example.com')}`],
  ['at a number in place of a name', 'root@[192.0.2.1] said', `${h('root@[192.0.2.1]')} said`],
  ['at a host without a dot', 'root@localhost', h('root@localhost')],
  ['twice', 'a@b.c a@b.c', `${h('a@b.c')} ${h('a@b.c')}`],
])('an address %s is replaced by the hash that its recipient has', (_, text, expected) => {
  expect(concealed(text)).toBe(expected);
});

test.each(['', 'nothing', '@handle', 'at 5 @ 3', 'half@', '100 % sure', '100%40', '@@@', 'https://example.org/@ada'])(
  '%j holds none and stays as it is',
  (text) => {
    expect(concealed(text)).toBe(text);
  },
);

test('an address that no pattern would find is found when it is known', () => {
  const odd = '"a b|c"@[IPv6:2001:db8::1]';
  expect(concealedOf(` ${odd.toUpperCase()} `)(`x ${odd} y`)).toBe(`x ${h(odd)} y`);
  expect(concealedOf('a/b=c@example.com')('to a/b=C@example.com')).toBe(`to ${h('a/b=c@example.com')}`);
});

test('values and keys at any depth are looked at; two keys that become one are both kept', () => {
  const value = { 'ada.berg@example.com': [1, null, { deep: 'ada.berg@example.com' }], 'Ada.Berg@example.com': true };

  expect(concealedJson(value, concealed, [], [])).toEqual({ [ADA]: [1, null, { deep: ADA }], [`${ADA}#2`]: true });
});

test('what is nested too deeply is a problem, and not the end of the process', () => {
  const problems: Problem[] = [];
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);

  concealedJson({ metadata: deep }, concealed, [], problems);

  expect(problems).toEqual([{ path: '/metadata/0/0', message: 'must not be nested deeper than 32 levels' }]);
});

test.each([
  ['a', '@'.repeat(500_000)],
  ['b', 'a@'.repeat(250_000)],
  ['c', `${'a'.repeat(250)} @`.repeat(2_000)],
  ['d', `${'a'.repeat(500_000)}@`],
  ['e', `"${'a'.repeat(100)}"@`.repeat(5_000)],
  ['f', 'a%40'.repeat(120_000)],
  ['g', `a@${'-'.repeat(500_000)}`],
])('half a megabyte made to be slow takes no longer than any other (%s)', (_, text) => {
  const before = process.cpuUsage();
  concealed(text);
  // Squares of half a million would take minutes.
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
});
