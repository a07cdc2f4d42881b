import { callerIn, pacesIn, readPace } from '../../workflows/pace-input';
import type { Pace } from '../../workflows/schedule';

const rate = (of: number, index: number): Pace => ({ kind: 'rate', rate: 5, of, index });
const [one, two] = [[{ pace: rate(1, 0) }], [{ pace: rate(2, 0) }, { pace: rate(2, 1) }]];
const unpaced = [{ pace: { kind: 'unpaced', batchSize: 10, stepUs: 1 } as const }];

describe('the update', () => {
  test.each([
    [{ rate: 0 }, { kind: 'rate', rate: 0, of: 2, index: 1 }],
    [
      { every: '10s', batch_size: { min: 5, max: 20 } },
      { kind: 'every', everyUs: 10_000_000, min: 5, max: 20 },
    ],
    [
      {
        stages: [
          { rate: 5, for: '1m' },
          { rate: { from: 5, to: 50 }, for: 'PT2M' },
        ],
        repeat: true,
      },
      {
        kind: 'stages',
        stages: [
          { from: 5, to: 5, forUs: 60e6 },
          { from: 5, to: 50, forUs: 120e6 },
        ],
        repeat: true,
        of: 2,
        index: 1,
      },
    ],
  ])('takes a pace as users write it: %j', (input, pace) => {
    expect(readPace(input, two)).toHaveLength(2);
    expect(readPace(input, two)[1]).toEqual(pace);
  });

  test.each([
    [undefined],
    [null],
    [{ rate: -1 }],
    [{ rate: 5, every: '1s' }],
    [{ rate: 5, burst: 1 }],
    [{ every: '1s' }],
    [{ every: 'soon', batch_size: 1 }],
    [{ every: '10s', batch_size: 0 }],
    [{ stages: [] }],
    [{ stages: [{ rate: 5 }] }],
    [{ stages: [{ rate: 5, for: '1m' }], rate: 5 }],
  ])('says what is allowed to %j', (input) => {
    expect(() => readPace(input, one)).toThrow(/a pace is/);
  });

  test('refuses a job without instants, which cannot get any', () => {
    expect(() => readPace({ rate: 5 }, unpaced)).toThrow(/unpaced/);
  });
});

describe('the signal', () => {
  const stages: Pace = { kind: 'stages', stages: [{ from: 0, to: 10, forUs: 1 }], repeat: true, of: 1, index: 0 };

  test.each([[rate(1, 0)], [{ kind: 'every', everyUs: 50_000, min: 0, max: 20 }], [stages]])('takes a parsed pace: %j', (pace) => {
    expect(pacesIn({ request: 'r', paces: [pace] }, one)).toEqual([pace]);
  });

  test.each([
    [undefined],
    [null],
    [{ rate: 5 }],
    [{ paces: 5 }],
    [{ paces: [] }],
    [{ paces: [{ rate: 5 }] }],
    [{ paces: [null] }],
    [{ paces: [rate(1, 0), rate(1, 0)] }],
    [{ paces: [{ ...rate(1, 0), rate: '5' }] }],
    [{ paces: [rate(0, 0)] }],
    [{ paces: [rate(1, 1)] }],
    [{ paces: [{ kind: 'every', everyUs: 0, min: 1, max: 1 }] }],
    [{ paces: [{ kind: 'every', everyUs: 50_000, min: 2, max: 1 }] }],
    [{ paces: [{ ...stages, stages: [] }] }],
    [{ paces: [{ ...stages, stages: [{ from: 0, to: 10 }] }] }],
    [{ paces: [unpaced[0]!.pace] }],
  ])('lets anything else pass without effect, since an error in a workflow would stop the job for good: %j', (request) => {
    expect(pacesIn(request, one)).toBeNull();
  });

  test.each([
    [{ by: 'night shift' }, 'night shift'],
    [{ by: 'night\nshift\u0007' }, 'night shift '],
    [{ by: 'x'.repeat(200) }, 'x'.repeat(100)],
    [{ by: 5 }, undefined],
    [null, undefined],
  ])('who sends it is a short name on one line: %j', (request, by) => {
    expect(callerIn(request)).toBe(by);
  });

  test('leaves a job without instants alone', () => {
    expect(pacesIn({ paces: [rate(1, 0)] }, unpaced)).toBeNull();
  });
});
