import { pacesIn, readPace } from '../../workflows/pace-input';
import type { Pace } from '../../workflows/schedule';

const rated: { pace: Pace }[] = [0, 1].map((index) => ({ pace: { kind: 'rate', rate: 5, of: 2, index } }));
const unpaced: { pace: Pace }[] = [{ pace: { kind: 'unpaced', batchSize: 10, stepUs: 1000 } }];

test('a pace as users write it becomes one a stream, which share its events', () => {
  expect(readPace({ rate: 20 }, rated)).toEqual([0, 1].map((index) => ({ kind: 'rate', rate: 20, of: 2, index })));
  expect(readPace({ every: '10s', batch_size: { min: 0, max: 5 } }, rated)[1]).toEqual({ kind: 'every', everyUs: 10e6, min: 0, max: 5 });
  expect(
    readPace(
      {
        stages: [
          { rate: 5, for: '1m' },
          { rate: { from: 5, to: 50 }, for: 'PT2M' },
        ],
        repeat: true,
      },
      rated,
    )[1],
  ).toEqual({
    kind: 'stages',
    stages: [
      { from: 5, to: 5, forUs: 60e6 },
      { from: 5, to: 50, forUs: 120e6 },
    ],
    repeat: true,
    of: 2,
    index: 1,
  });
});

test.each([
  [{ rate: -1 }],
  [{ rate: '5' }],
  [{ rate: 5, burst: 1 }],
  [{ every: '10ms', batch_size: 5 }],
  [{ every: '10s' }],
  [{ every: '10s', batch_size: 0 }],
  [{ every: '10s', batch_size: { min: 5, max: 1 } }],
  [{ stages: [] }],
  [{ stages: [{ rate: 5 }] }],
  [{ stages: [{ rate: 5, for: '1m' }], rate: 5 }],
  [null],
])('%j is refused in words that say what is allowed', (input) => {
  expect(() => readPace(input, rated)).toThrow(/^a pace is .* got /);
});

test('an unpaced job has no pace to change, and a signal of nonsense changes nothing', () => {
  expect(() => readPace({ rate: 5 }, unpaced)).toThrow('unpaced');
  expect(pacesIn({ paces: [rated[0]?.pace] }, unpaced)).toBeNull();
  expect(pacesIn({ paces: [{ kind: 'rate', rate: Number.NaN, of: 1, index: 0 }] }, rated.slice(0, 1))).toBeNull();
  expect(pacesIn({ paces: rated.map(({ pace }) => pace) }, rated)).toHaveLength(2);
});
