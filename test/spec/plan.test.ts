import { parseJobSpec } from '../../src/spec/job-spec';
import { defaultJobId, planOf } from '../../src/spec/plan';

const naming = { job: 'nightly', run: '20260105T231000.123Z', version: '1.2.3' };
const plan = (load: object, more: object = {}) => planOf(parseJobSpec({ scenario: 'crisis', sink: 'drop', load, ...more }), naming);

test('a plan holds the numbers of the specification, in microseconds', () => {
  const made = plan({ pace: { every: '10s', batch_size: { min: 5, max: 20 } }, for: '5m', start: '2026-01-01T00:00:00Z' }, { seed: 7 });
  expect(made).toMatchObject({
    job: 'nightly',
    run: '20260105T231000.123Z',
    seed: 7,
    startUs: 1_767_225_600_000_000,
    scenario: 'crisis',
    sink: 'drop',
    version: '1.2.3',
    shards: 1,
    onPause: 'hold',
    onLag: 'catch_up',
  });
  expect(made.streams).toEqual([
    {
      name: 'intakes',
      pace: { kind: 'every', everyUs: 10_000_000, min: 5, max: 20 },
      limits: { forUs: 300_000_000, events: null, batches: null },
    },
  ]);
});

test('seed and start stay open where the specification leaves them open: the workflow fixes them', () => {
  expect(plan({ pace: { rate: 5 } })).toMatchObject({ seed: null, startUs: null });
});

test.each([
  [{ rate: 33.3 }, { kind: 'rate', rate: 33.3, of: 1, index: 0 }],
  [
    { every: '2s', batch_size: 15 },
    { kind: 'every', everyUs: 2_000_000, min: 15, max: 15 },
  ],
  [
    {
      stages: [
        { rate: 10, for: '1m' },
        { rate: { from: 10, to: 200 }, for: '2m' },
      ],
      repeat: true,
    },
    {
      kind: 'stages',
      stages: [
        { from: 10, to: 10, forUs: 60_000_000 },
        { from: 10, to: 200, forUs: 120_000_000 },
      ],
      repeat: true,
      of: 1,
      index: 0,
    },
  ],
  [{ unpaced: { batch_size: 10_000, step: '1ms' } }, { kind: 'unpaced', batchSize: 10_000, stepUs: 1000 }],
])('pace %p', (pace, expected) => {
  expect(plan({ pace, events: 10 }).streams[0]).toEqual({
    name: 'intakes',
    pace: expected,
    limits: { forUs: null, events: 10, batches: null },
  });
});

test('the plan carries the resolved specification, with the id that the run has', () => {
  expect(parseJobSpec(plan({ pace: { rate: 5 } }).spec).id).toBe('nightly');
});

test('default ids sort by time and can be used as they are', () => {
  const first = defaultJobId('crisis', new Date('2026-01-05T23:10:00.123Z'), 0);
  const second = defaultJobId('crisis', new Date('2026-01-05T23:10:01.123Z'), 0.999999);
  expect(first).toBe('crisis-20260105t231000-0000');
  expect(first < second).toBe(true);
  expect(second).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
});
