/** Declarations under which the scenario is held to the contract, and random ones. */
import fc from 'fast-check';

/** Every kind of field. */
export const SHOP = {
  orders: {
    key: 'id',
    event: {
      id: 'uuid',
      at: 'time',
      number: { sequence: 1000 },
      kind: { weighted: { retail: 8, wholesale: 1 } },
      currency: { one_of: ['EUR', 'USD', 1, true] },
      quantity: {
        given: 'kind',
        cases: {
          retail: { int: [1, 9] },
          wholesale: { int: [100, 999], shape: { log_normal: { median: 200, sigma: 0.5 } } },
        },
      },
      customer: { record: { name: { fake: 'person.fullName' }, city: { fake: 'location.city' } } },
      items: {
        list: {
          record: { sku: { text: '"SKU"-{n}/{n}', with: { n: { int: [100, 999] } } }, price: { float: [-1.5, 99.95] } },
        },
        length: [0, 5],
      },
      paid: { chance: 0.97 },
      express: { chance: 0.5, as: 'integer' },
      note: { optional: { fake: 'lorem.sentence' }, share: 0.1 },
      source: { const: 'web\n"shop" 💥' },
      nothing: { const: null },
    },
  },
};

/** Several streams; the time within a record, as milliseconds, and a number as the key. */
export const TWO_STREAMS = {
  'page-views': {
    key: 'session',
    event: { session: { int: [-50, 10 ** 12] }, about: { record: { 'at ms': { time: 'ms' }, page: { one_of: ['home', 'cart'] } } } },
  },
  alarms: {
    key: '$key',
    event: {
      about: { record: { who: { fake: 'person.firstName' }, again: { ref: 'who' } } },
      again: { ref: 'about' },
      $key: { text: '{a}/{b}', with: { a: 'uuid', b: { one_of: ['x', 'y'] } } },
      keys: {
        list: {
          record: { key: { ref: '$key' }, n: { int: [1, 9] }, text: { text: '{n} of {n} for "{m}"', with: { m: { ref: '$key' } } } },
        },
        length: [0, 3],
      },
      größe: { float: [0, 1], decimals: 9 },
      level: { weighted: { low: 3, high: 1 } },
      siren: { given: 'level', cases: { low: { const: false }, high: { chance: 0.5 } } },
      lamp: { given: 'siren', cases: { true: { const: 'on' }, false: { one_of: ['off', 'dim'] } } },
    },
  },
};

const NAMES = ['a', 'b', 'c', 'a b', '@t', 'ü', '_x-1'];
const text = fc.string({ maxLength: 8, unit: 'grapheme' });
const scalar = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map(unsigned), fc.boolean());
const range = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most })).map((ends) => ends.sort((a, b) => a - b));
const share = fc.double({ min: 0, max: 1, noNaN: true }).map(unsigned);
const weights = fc
  .dictionary(fc.constantFrom('x', 'y', 'two words', '1', 'é"'), fc.integer({ min: 1, max: 9 }), { minKeys: 1 })
  .map((weighted) => ({ weighted }));
const positive = fc.double({ min: 0.1, max: 100, noNaN: true });
const shape = fc.oneof(
  fc.record({ log_normal: fc.record({ median: positive, sigma: fc.double({ min: 0.5, max: 3, noNaN: true }) }) }),
  fc.record({ exponential: fc.record({ halving: fc.double({ min: 1, max: 100, noNaN: true }) }) }),
  fc.record({
    mixture: fc.constant([
      { share: 1, normal: { mean: 0, sd: 50 } },
      { share: 2, uniform: [-500, 500] },
    ]),
  }),
);

/** JSON has no negative zero. */
function unsigned(value: number): number {
  return Object.is(value, -0) ? 0 : value;
}

const simple = fc.oneof(
  fc.constantFrom('uuid', 'time', 'sequence', { time: 'ms' }, { sequence: 7 }),
  scalar.map((value) => ({ const: value })),
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }).map((values) => ({ one_of: values })),
  weights,
  share.map((chance) => ({ chance })),
  range(-(2 ** 52), 2 ** 52 - 1).map((int) => ({ int })),
  fc.tuple(range(1, 400), shape).map(([int, shape]) => ({ int, shape })),
  fc
    .tuple(range(-1e6, 1e6), fc.integer({ min: 0, max: 9 }))
    .map(([ends, decimals]) => ({ float: ends.map((end) => unsigned(Number((end / 997).toFixed(decimals)))), decimals })),
  fc.constantFrom('person.fullName', 'date.past', 'location.latitude', 'internet.userAgent').map((fake) => ({ fake })),
);

/** A field that depends on nothing but what is in it. */
const field = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    simple,
    fc.tuple(tie('any'), share).map(([optional, share]) => ({ optional, share })),
    fc.tuple(tie('any'), range(0, 4)).map(([list, length]) => ({ list, length })),
    fc.tuple(simple, text).map(([value, between]) => ({
      text: `{v}${between.replaceAll(/[{}]/g, '')}{v}`,
      with: { v: value },
    })),
    fc.dictionary(fc.constantFrom(...NAMES), tie('any'), { minKeys: 1, maxKeys: 4 }).map((record) => ({ record })),
    // A value and the same again, twice over.
    fc.tuple(simple, tie('any')).map(([one, other]) => ({
      record: {
        one,
        other,
        list: { list: { record: { a: { ref: 'other' }, b: { text: '{one}|{c}', with: { c: { ref: 'one' } } } } }, length: 2 },
      },
    })),
    // A cause and what depends on it, twice over.
    fc.tuple(weights, tie('any')).map(([cause, inner]) => ({
      record: { cause, effect: { given: 'cause', cases: Object.fromEntries(Object.keys(cause.weighted).map((key) => [key, inner])) } },
    })),
  ),
})).any;

/** Valid declarations of one or two streams. */
export const declaration = fc
  .dictionary(
    fc.constantFrom('orders', 'x-1'),
    fc
      .tuple(simple, fc.dictionary(fc.constantFrom(...NAMES), field, { maxKeys: 5 }))
      .map(([id, others]) => ({ key: 'id', event: { id, ...others } })),
    { minKeys: 1 },
  )
  .filter((streams) => JSON.stringify(streams).length < 16_000);
