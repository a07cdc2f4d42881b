import fc from 'fast-check';
import { formatDuration } from '../../src/spec/durations';
import { formatInstant } from '../../src/spec/instants';
import { faults } from '../../src/quality';
import { parseJobSpec, wireSpec } from '../../src/spec/job-spec';
import { UserError } from '../../src/spec/failures';
import { pathsOf, problemsOf } from './problems';

const valid = { scenario: 'crisis', sink: 'drop', load: { pace: { rate: 50 } } };
const withFaults = (...faults: unknown[]) => ({ ...valid, quality: { corruption_rate: 0.1, faults } });
const withLoad = (load: object) => ({ ...valid, load: { ...valid.load, ...load } });

const us = (min: number) => fc.integer({ min, max: 10 ** 12 }).map(formatDuration);
const size = fc.integer({ min: 1, max: 100_000 });
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(
    value.map((v) => ({ [key]: v })),
    { nil: {} },
  );
const limits = fc.tuple(optional('events', fc.nat()), optional('batches', fc.nat())).map(([a, b]) => ({ ...a, ...b }));
const rate = fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs);
const stage = fc.record({ rate: fc.oneof(rate, fc.record({ from: rate, to: rate })), for: us(1000) });
const policy = fc.constantFrom('hold', 'skip', 'catch_up');
const policies = fc.tuple(optional('on_pause', policy), optional('on_lag', policy)).map(([a, b]) => ({ ...a, ...b }));
const paced = fc
  .tuple(
    fc.oneof(
      fc.record({ rate }),
      fc.record({
        every: us(50_000),
        batch_size: fc.oneof(
          size,
          fc.tuple(size, size).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
        ),
      }),
      fc.record({ stages: fc.array(stage, { minLength: 1, maxLength: 5 }), repeat: fc.constant(true) }),
    ),
    limits,
    optional('for', us(0)),
    policies,
  )
  .map(([pace, limits, time, policies]) => ({ pace, ...limits, ...time, ...policies }));
const stagesOnce = fc
  .tuple(fc.array(stage, { minLength: 1, maxLength: 5 }), limits, optional('repeat', fc.constant(false)), policies)
  .map(([stages, limits, repeat, policies]) => ({ pace: { stages, ...repeat }, ...limits, ...policies }));
const unpaced = fc
  .tuple(fc.record({ batch_size: size, step: us(1) }), fc.nat())
  .map(([unpaced, events]) => ({ pace: { unpaced }, events }));
const start = optional('start', fc.integer({ min: 0, max: 7_258_118_399_999 }).map(formatInstant));
const by = us(1000).map((min) => ({ late: { by: { min, max: 'P100D' } } }));
const quality = fc.record(
  {
    corruption_rate: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    faults: fc
      .tuple(fc.subarray(['null_field', 'truncated', { future_time: {} }, 'duplicate']), fc.oneof(fc.constant('late'), by))
      .map(([some, late]) => [...some, late]),
  },
  { requiredKeys: ['corruption_rate'] },
);
const spec = fc
  .tuple(
    optional('id', fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/)),
    optional('shards', fc.integer({ min: 1, max: 64 })),
    optional('seed', fc.integer({ min: 0, max: 0xffff_ffff })),
    fc.tuple(fc.oneof(paced, stagesOnce, unpaced), start).map(([load, start]) => ({ ...load, ...start })),
    fc.constantFrom('disk', 'drop', { name: 'disk', path: 'a/b' }),
    fc.constantFrom('crisis', { name: 'crisis', version: 1 }),
    optional('quality', quality),
    optional('expect', fc.array(fc.constantFrom('lateness_ms.p99 <= 25', ' totals.rejected==0 ', 'spec.shards >= -1.5e2'))),
  )
  .map(
    ([id, shards, seed, load, sink, scenario, ...rest]) =>
      Object.assign({ ...id, ...shards, ...seed, load, sink, scenario }, ...rest) as object,
  );

test('a resolved specification reads back to the same value, so that a run can be done again from what its status shows', () => {
  fc.assert(
    fc.property(spec, (input) => {
      const parsed = parseJobSpec(input);
      const wire: unknown = JSON.parse(JSON.stringify(wireSpec(parsed)));
      expect(parseJobSpec(wire)).toEqual(parsed);
      expect(JSON.stringify(wireSpec(parseJobSpec(wire)))).toBe(JSON.stringify(wire));
    }),
    { numRuns: 300 },
  );
});

test('defaults are filled in and every value gets its canonical form', () => {
  const parsed = parseJobSpec(withLoad({ for: '90s', start: '2026-01-01T01:00:00+01:00' }));
  expect(wireSpec(parsed)).toEqual({
    scenario: { name: 'crisis', version: 1 },
    sink: { name: 'drop' },
    load: { pace: { rate: 50 }, for: 'PT1M30S', start: '2026-01-01T00:00:00.000Z', on_pause: 'hold', on_lag: 'catch_up' },
    shards: 1,
  });
});

test.each([
  ['a rate above 1e6', withLoad({ pace: { rate: 1_000_001 } }), ['/load/pace/rate']],
  ['a negative rate', withLoad({ pace: { rate: -1 } }), ['/load/pace/rate']],
  ['text for a rate', withLoad({ pace: { rate: '50' } }), ['/load/pace/rate']],
  ['NaN for a rate', withLoad({ pace: { rate: NaN } }), ['/load/pace/rate']],
  ['an interval below PT0.05S', withLoad({ pace: { every: 'PT0.04S', batch_size: 1 } }), ['/load/pace/every']],
  ['a batch above 100,000 events', withLoad({ pace: { every: '1s', batch_size: 100_001 } }), ['/load/pace/batch_size']],
  ['a drawn batch above it', withLoad({ pace: { every: '1s', batch_size: { min: 1, max: 100_001 } } }), ['/load/pace/batch_size/max']],
  ['a drawn batch upside down', withLoad({ pace: { every: '1s', batch_size: { min: 2, max: 1 } } }), ['/load/pace/batch_size']],
  ['unpaced without an end', withLoad({ pace: { unpaced: { batch_size: 10, step: '1ms' } } }), ['/load']],
  ['unpaced with schedule time', withLoad({ pace: { unpaced: { batch_size: 10, step: '1ms' } }, events: 5, for: '1m' }), ['/load/for']],
  [
    'an unpaced batch above 100,000',
    withLoad({ pace: { unpaced: { batch_size: 100_001, step: '1ms' } }, events: 5 }),
    ['/load/pace/unpaced/batch_size'],
  ],
  ['two paces', withLoad({ pace: { rate: 5, unpaced: { batch_size: 1, step: '1s' } } }), ['/load/pace/unpaced']],
  ['no pace', { ...valid, load: {} }, ['/load/pace']],
  ['no stages', withLoad({ pace: { stages: [] } }), ['/load/pace/stages']],
  ['101 stages', withLoad({ pace: { stages: Array(101).fill({ rate: 1, for: '1s' }) } }), ['/load/pace/stages']],
  ['a stage without a length', withLoad({ pace: { stages: [{ rate: 1 }] } }), ['/load/pace/stages/0/for']],
  ['a stage below a millisecond', withLoad({ pace: { stages: [{ rate: 1, for: '999us' }] } }), ['/load/pace/stages/0/for']],
  ['a ramp without an end', withLoad({ pace: { stages: [{ rate: { from: 1 }, for: '1s' }] } }), ['/load/pace/stages/0/rate/to']],
  ['a ramp above 1e6', withLoad({ pace: { stages: [{ rate: { from: 1, to: 2e6 }, for: '1s' }] } }), ['/load/pace/stages/0/rate/to']],
  ['stages of centuries', withLoad({ pace: { stages: [{ rate: 1, for: '40000d' }] } }), ['/load/pace/stages']],
  ['more time than the stages last', withLoad({ pace: { stages: [{ rate: 1, for: '1m' }] }, for: '61s' }), ['/load/for']],
  ['repeat without stages', withLoad({ pace: { rate: 5, repeat: true } }), ['/load/pace/repeat']],
  ['a policy that is none', withLoad({ on_pause: 'drop' }), ['/load/on_pause']],
  [
    'skipping instants that there are not',
    withLoad({ pace: { unpaced: { batch_size: 1, step: '1ms' } }, events: 5, on_pause: 'skip', on_lag: 'skip' }),
    ['/load/on_pause', '/load/on_lag'],
  ],
  ['no shard', { ...valid, shards: 0 }, ['/shards']],
  ['65 shards', { ...valid, shards: 65 }, ['/shards']],
  ['a number for a duration', withLoad({ for: 300 }), ['/load/for']],
  ['a day that does not exist', withLoad({ start: '2026-02-30T00:00:00Z' }), ['/load/start']],
  ['an instant without an offset', withLoad({ start: '2026-02-20T00:00:00' }), ['/load/start']],
  ['an instant finer than a millisecond', withLoad({ start: '2026-02-20T00:00:00.0001Z' }), ['/load/start']],
  ['an id that is a number', { ...valid, id: 20260105 }, ['/id']],
  ['an id with capitals', { ...valid, id: 'Nightly' }, ['/id']],
  ['an id that is a path', { ...valid, id: '../../etc' }, ['/id']],
  ['an id of 64 characters', { ...valid, id: 'a'.repeat(64) }, ['/id']],
  ['a seed above 2^32-1', { ...valid, seed: 2 ** 32 }, ['/seed']],
  ['a seed with a fraction', { ...valid, seed: 0.5 }, ['/seed']],
  ['an unknown scenario', { ...valid, scenario: 'crises' }, ['/scenario']],
  ['an unknown sink', { ...valid, sink: { name: 'disc' } }, ['/sink/name']],
  ['an unknown option', { ...valid, sink: { name: 'disk', folder: 'x' } }, ['/sink/folder']],
  ['an unknown key', { ...valid, sinks: 'x' }, ['/sinks']],
  ['an unknown key deep down', withLoad({ pace: { rate: 5, per: 'minute' } }), ['/load/pace/per']],
  ['another version', { ...valid, scenario: { name: 'crisis', version: 99 } }, ['/scenario/version']],
  ['a rate of corruption above 1', { ...valid, quality: { corruption_rate: 1.1 } }, ['/quality/corruption_rate']],
  ['quality without a rate', { ...valid, quality: {} }, ['/quality/corruption_rate']],
  ['no fault at all', withFaults(), ['/quality/faults']],
  ['an unknown fault', withFaults('nul_field'), ['/quality/faults/0']],
  ['a fault that is no text', withFaults(7), ['/quality/faults/0']],
  ['an unknown fault with options', withFaults({ lat: {} }), ['/quality/faults/0/lat']],
  ['two faults in one', withFaults({ late: {}, null_field: {} }), ['/quality/faults/0']],
  ['a fault twice', withFaults('late', { late: {} }), ['/quality/faults/1']],
  ['an unknown option of a fault', withFaults({ null_field: { of: 'age' } }), ['/quality/faults/0/null_field/of']],
  ['a range of time upside down', withFaults({ late: { by: { min: '2s', max: '1s' } } }), ['/quality/faults/0/late/by']],
  ['no duration', withFaults({ late: { by: { min: '2 s', max: 1 } } }), ['/quality/faults/0/late/by/min', '/quality/faults/0/late/by/max']],
  ['text for the whole', 'crisis', ['']],
  ['a list for the whole', ['crisis'], ['']],
  ['a list for a scenario', { ...valid, scenario: [] }, ['/scenario']],
  ['a list for a sink', { ...valid, sink: [1] }, ['/sink']],
  ['a list for quality', { ...valid, quality: [] }, ['/quality']],
  ['a list for a load', { ...valid, load: [] }, ['/load']],
  ['no sink', { scenario: 'crisis', load: valid.load }, ['/sink']],
])('%s is refused at its path', (_, input, paths) => {
  expect(pathsOf(() => parseJobSpec(input))).toEqual(paths);
});

test('whatever stands in the place of any value, a specification is taken or refused in words, never a fault of ours', () => {
  const places = [
    '',
    'id',
    'seed',
    'scenario',
    'sink',
    'load',
    'load.pace',
    'load.for',
    'shards',
    'quality',
    'quality.faults',
    'expect',
    'timeline',
  ];
  const whole = { ...withFaults('late'), expect: ['totals.rejected == 0'] };
  const put = (into: object, [key, ...rest]: string[], value: unknown): object => {
    const inside: unknown = Object.entries(into).find(([name]) => name === key)?.[1];
    return { ...into, [key ?? '']: rest.length === 0 ? value : put(typeof inside === 'object' ? { ...inside } : {}, rest, value) };
  };
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (place, value) => {
      try {
        parseJobSpec(place === '' ? value : put(whole, place.split('.'), value));
      } catch (failure) {
        if (!(failure instanceof UserError)) throw failure;
      }
    }),
    { numRuns: 1000 },
  );
});

const FORMS = 'needs rate, or every and batch_size, or stages, or unpaced';

test.each([
  [{ rate: 5, every: '10s' }, [['/load/pace/every', 'contradicts rate: give one of them']]],
  [{ rate: 5, every: '10s', batch_size: 3 }, [['/load/pace/rate', 'contradicts every and batch_size: give one of them']]],
  [{ rate: 5, unpaced: { batch_size: 1, step: '1s' } }, [['/load/pace/unpaced', 'contradicts rate: give one of them']]],
  [
    { rate: -5, every: '10s' },
    [
      ['/load/pace/rate', 'must be a number from 0 to 1000000, got -5'],
      ['/load/pace/every', 'contradicts rate: give one of them'],
    ],
  ],
  [{ rate: 5, per: 'minute' }, [['/load/pace/per', 'is not known here; allowed: rate']]],
  [{}, [['/load/pace', FORMS]]],
  [
    { rte: 5 },
    [
      ['/load/pace/rte', 'is not known here'],
      ['/load/pace', FORMS],
    ],
  ],
] as [object, [string, string][]][])('of the pace %j it is said what contradicts what, and which forms there are', (pace, said) => {
  expect(problemsOf(() => parseJobSpec(withLoad({ pace })))).toEqual(said.map(([path, message]) => ({ path, message })));
});

test('problems in different places are all reported at once, contradictions included', () => {
  const input = {
    id: 5,
    scenario: 'nope',
    sink: 'nope',
    seed: -1,
    load: { pace: { unpaced: { batch_size: 0, step: '1s' } }, for: 'x', bad: 1 },
    shards: 65,
  };
  expect(pathsOf(() => parseJobSpec(input)).sort()).toEqual(
    [
      '/id',
      '/load',
      '/load/bad',
      '/load/for',
      '/load/for',
      '/load/pace/unpaced/batch_size',
      '/scenario',
      '/seed',
      '/shards',
      '/sink',
    ].sort(),
  );
});

test('quality without faults takes all that the scenario has fields for, and says which', () => {
  const { quality } = parseJobSpec({ ...valid, quality: { corruption_rate: 0.3 } });

  expect(quality?.faults.map(({ name }) => name)).toEqual(faults.names);
  expect(quality?.faults.at(-2)).toEqual({ name: 'late', options: { by: { min: 'PT10S', max: 'PT5M' } } });
});
