import { Random, streamKey } from '../../src/fields/random';
import { chiSquareZ, correlation, equalShares, randomOf } from './statistics';

const identity = { seed: 42, startUs: 1_767_225_600_000_000, scenario: { name: 'crisis', version: 1, options: {} }, stream: 'intakes' };
const first = (random: Random, batch: number, i: number): number => {
  random.at(batch, i);
  return random.next();
};

test('the numbers of fixed addresses never change, since every byte that evergen has ever made depends on them', () => {
  const random = new Random(streamKey(identity));
  const vectors = [
    [0, 0],
    [0, 1],
    [1, 0],
    [2 ** 33 + 1, 99_999],
  ].map(([batch, i]) => {
    random.at(batch!, i!);
    return Array.from({ length: 5 }, () => random.next());
  });
  expect(vectors).toEqual([
    [387_481_375, 1_258_060_831, 2_603_763_074, 3_996_120_835, 3_628_360_648],
    [1_700_806_333, 987_170_324, 3_318_314_274, 3_511_315_644, 658_921_590],
    [3_205_597_543, 4_218_169_052, 722_982_546, 1_922_584_113, 2_307_050_208],
    [1_741_936_952, 1_445_425_351, 1_800_306_623, 2_574_660_392, 3_910_094_300],
  ]);
});

test('numbers for quality are others than those of the events at the same addresses: what is drawn there tells nothing of an event', () => {
  const [events, quality] = [new Random(streamKey(identity)), new Random(streamKey(identity, 'quality'))];
  const pairs = Array.from({ length: 2000 }, (_, i) => [first(events, 3, i), first(quality, 3, i)]);

  expect(pairs.filter(([one, other]) => one === other)).toEqual([]);
  expect(
    Math.abs(
      correlation(
        pairs.map(([one]) => one!),
        pairs.map(([, other]) => other!),
      ),
    ),
  ).toBeLessThan(0.1);
});

test('sfc32 from a given state gives the numbers of its published definition', () => {
  // given: an independent transcription of sfc32 and MurmurHash3's finalizer in 64-bit integers
  const m = 0xffffffffn;
  const mix = (h: bigint) => {
    h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & m;
    h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & m;
    return h ^ (h >> 16n);
  };
  const key = [1n, 2n, 3n, 0xfffffff0n];
  let [w0, w1, w2, w3] = [key[0]! ^ 7n, key[1]! ^ 0n, key[2]!, key[3]!];
  for (const round of [1n, 2n]) {
    w0 = mix(((w0 + round * 0x9e3779b9n) & m) ^ w3);
    w1 = mix(w1 ^ w0);
    w2 = mix(w2 ^ w1);
    w3 = mix(w3 ^ w2);
  }
  let a = mix(w0 ^ 5n);
  let b = mix(w1 ^ a);
  let c = mix(w2 ^ b);
  let d = mix(w3 ^ c);
  const expected = Array.from({ length: 20 }, () => {
    const t = (a + b + d) & m;
    d = (d + 1n) & m;
    a = b ^ (b >> 9n);
    b = (c * 9n) & m;
    c = ((((c << 21n) | (c >> 11n)) & m) + t) & m;
    return Number(t);
  });
  // when
  const random = new Random(Int32Array.of(1, 2, 3, 0xfffffff0));
  random.at(7, 5);
  // then
  expect(Array.from({ length: 20 }, () => random.next())).toEqual(expected);
});

test('going to an address forgets what was drawn before, so order and repetition change nothing', () => {
  const random = randomOf(1);
  const there = first(random, 3, 9);
  first(random, 4, 0);
  random.next();
  expect(first(random, 3, 9)).toBe(there);
});

test('each part of the identity changes the key, and the order in which options were written does not', () => {
  const key = (change: object) => [...streamKey({ ...identity, ...change })].join();
  const scenario = (change: object) => ({ scenario: { ...identity.scenario, ...change } });
  const keys = [
    key({}),
    key({ seed: 43 }),
    key({ startUs: identity.startUs + 1 }),
    key({ stream: 'other' }),
    key(scenario({ name: 'fleet' })),
    key(scenario({ version: 2 })),
    key(scenario({ options: { a: 1, b: { c: [1], d: 2 } } })),
    key(scenario({ options: { a: 1, b: { c: [2], d: 2 } } })),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(key(scenario({ options: { b: { d: 2, c: [1] }, a: 1 } }))).toBe(keys[6]);
});

test('below is uniform, also over the first draws of neighbouring events and batches', () => {
  const random = randomOf(2);
  for (const n of [2, 7, 1000]) {
    const [alongEvents, alongBatches] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
    for (let i = 0; i < 100_000; i++) {
      random.at(0, i);
      alongEvents[random.below(n)]!++;
      random.at(i, 0);
      alongBatches[random.below(n)]!++;
    }
    expect(Math.abs(chiSquareZ(alongEvents, equalShares(n)))).toBeLessThan(4);
    expect(Math.abs(chiSquareZ(alongBatches, equalShares(n)))).toBeLessThan(4);
  }
});

test('every bit of each of the first six draws is fair over consecutive events, low bits too', () => {
  const random = randomOf(3);
  const n = 50_000;
  const ones = Array.from({ length: 6 }, () => new Array<number>(32).fill(0));
  for (let i = 0; i < n; i++) {
    random.at(12, i);
    for (const counts of ones) {
      const word = random.next();
      for (let bit = 0; bit < 32; bit++) counts[bit]! += (word >>> bit) & 1;
    }
  }
  // 192 fair coins: none is further than 4.5 standard deviations from half.
  for (const count of ones.flat()) expect(Math.abs(count - n / 2)).toBeLessThan(4.5 * Math.sqrt(n / 4));
});

test('neighbouring addresses, seeds and draws are uncorrelated', () => {
  const n = 100_000;
  const [random, otherSeed] = [randomOf(4), randomOf(5)];
  const at = (batch: number, i: number, draw = 0, from = random) => {
    from.at(batch, i);
    for (let skipped = 0; skipped < draw; skipped++) from.next();
    return from.float();
  };
  const along = (f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i));
  const here = along((i) => at(5, i));
  const neighbours = [
    along((i) => at(5, i + 1)),
    along((i) => at(6, i)),
    along((i) => at(5 + 2 ** 32, i)),
    along((i) => at(5, i, 1)),
    along((i) => at(5, i, 2)),
    along((i) => at(5, i, 3)),
    along((i) => at(5, i, 0, otherSeed)),
  ];
  for (const neighbour of neighbours) expect(Math.abs(correlation(here, neighbour))).toBeLessThan(4 / Math.sqrt(n));
});

test('changing one bit of event or batch number flips half of the bits of the first four draws', () => {
  const random = randomOf(6);
  const words = (batch: number, i: number) => {
    random.at(batch, i);
    return [random.next(), random.next(), random.next(), random.next()];
  };
  const flips = (change: (batch: number, i: number, bit: number) => number[]) => {
    let flipped = 0;
    for (let trial = 0; trial < 200; trial++) {
      const before = words(trial, trial * 31);
      for (let bit = 0; bit < 30; bit++) {
        change(trial, trial * 31, bit).forEach((word, w) => {
          for (let x = (word ^ before[w]!) >>> 0; x !== 0; x = (x & (x - 1)) >>> 0) flipped++;
        });
      }
    }
    return flipped / (200 * 30 * 128);
  };
  expect(flips((batch, i, bit) => words(batch, i ^ (1 << bit)))).toBeCloseTo(0.5, 2);
  expect(flips((batch, i, bit) => words(batch ^ (1 << bit), i))).toBeCloseTo(0.5, 2);
});

test('float lies in [0, 1) with the mean and variance of a uniform number; below reaches both ends of large ranges', () => {
  const random = randomOf(7);
  random.at(0, 0);
  const floats = Array.from({ length: 200_000 }, () => random.float());
  const mean = floats.reduce((a, b) => a + b, 0) / floats.length;
  expect(Math.min(...floats.slice(0, 100_000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...floats.slice(0, 100_000))).toBeLessThan(1);
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / floats.length));
  const large = Array.from({ length: 10_000 }, () => random.below(2 ** 40));
  expect(large.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 40)).toBe(true);
  expect(Math.min(...large)).toBeLessThan(2 ** 40 / 1000);
  expect(Math.max(...large)).toBeGreaterThan(2 ** 40 * 0.999);
  expect(random.below(1)).toBe(0);
});
