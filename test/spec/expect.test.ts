import { jobBody } from '../cli/job-body';
import { judge } from '../../src/spec/expect';
import { generationOf, make } from '../../src/spec/generation';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { fixedNow } from '../../src/spec/preview';
import { begin } from '../../workflows/schedule';
import { problemsOf } from './problems';

const valid = { scenario: 'crisis', sink: 'drop', load: { pace: { rate: 50 }, events: 500 } };
const expecting = (...rules: unknown[]) => parseJobSpec({ ...valid, expect: rules });
const body = { totals: { rejected: 3, emitted: 100, scheduled: 100 }, lateness_ms: { p99: 12.5 }, seed: null };

test.each([
  ['lateness_ms.p99 <= 25', 12.5, true],
  ['lateness_ms.p99 <= 12.5', 12.5, true],
  ['lateness_ms.p99 < 12.5', 12.5, false],
  ['totals.rejected == 0', 3, false],
  ['totals.rejected != 0', 3, true],
  ['totals.rejected >= 4', 3, false],
  ['totals.rejected>2.5e0', 3, true],
  ['totals.emitted == totals.scheduled', 100, true],
  ['totals.emitted < totals.rejected', 100, false],
  ['seed == 0', null, false],
  ['totals.emitted > seed', 100, false],
])('%s of a job is judged with its value %s: %s', (rule, value, ok) => {
  expect(judge([rule], body)).toEqual([{ rule, value, ok }]);
});

test('every number that a job shows, from its totals to those of a stream, can be named in a rule', () => {
  const { pace, timeline, spec, expect: none, ...shown } = jobBody({ emitted: 1 });
  const numbers = (at: object, base = ''): string[] =>
    Object.entries(at).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'number' ? [base + key] : typeof value === 'object' && value !== null ? numbers(value, `${base}${key}.`) : [],
    );
  const paths = numbers(shown);

  expect(paths).toContain('streams.intakes.lateness_ms.p99');
  expect(expecting(...paths.map((path) => `${path} >= 0`)).expect).toHaveLength(paths.length);
  expect([pace, timeline, spec, none]).toHaveLength(4);
});

test('every number that a message offers is one that a job shows', () => {
  const [problem] = problemsOf(() =>
    parseJobSpec({ scenario: 'crisis', sink: 'disk', load: { pace: { rate: 10 }, for: '30s' }, expect: ['nothing > 0'] }),
  );
  const offered = /numbers: ([^)]*)/.exec(problem?.message ?? '')?.[1]?.split(', ') ?? [];

  expect(offered.length).toBeGreaterThan(20);
  const verdicts = judge(
    offered.map((path) => `${path} >= 0`),
    jobBody({ emitted: 1 }),
  );
  expect(verdicts.filter(({ value }) => value === null)).toEqual([]);
});

test('the numbers of the specification itself may be named: what was asked for against what came of it', () => {
  expect(expecting('totals.emitted == spec.load.events', 'pace.rate == 50').expect).toHaveLength(2);
});

test('a rule that is none, or names what is not there, is refused at its place before anything starts, all of them at once', () => {
  expect(
    problemsOf(() =>
      parseJobSpec({
        ...valid,
        seed: -1,
        expect: ['totals.rejected = 0', 5, 'totals.rejected == 0 or true', 'constructor.name == 0', 'totals.rejected == 0'],
      }),
    ),
  ).toEqual([
    { path: '/seed', message: expect.any(String) as string },
    { path: '/expect/0', message: expect.stringContaining('must be PATH OP NUMBER') as string },
    { path: '/expect/1', message: expect.stringContaining('got 5') as string },
    { path: '/expect/2', message: expect.stringContaining('such as "lateness_ms.p99 <= 25"') as string },
  ]);
  expect(
    problemsOf(() => parseJobSpec({ ...valid, seed: -1, expect: ['lateness_ms.p98 <= 25', 'totals == 0', 'totals.emitted == crisis'] })),
  ).toEqual([
    { path: '/seed', message: expect.any(String) as string },
    { path: '/expect/0', message: expect.stringMatching(/^names lateness_ms\.p98, .*: did you mean 'lateness_ms\.p99'\?$/) as string },
    { path: '/expect/1', message: expect.stringMatching(/^names totals, /) as string },
    { path: '/expect/2', message: expect.stringMatching(/^names crisis, .*\(numbers: seed, planned_events, paused_ms, /) as string },
  ]);
  expect(problemsOf(() => parseJobSpec({ ...valid, expect: 'totals.rejected == 0' }))).toEqual([
    { path: '/expect', message: expect.stringContaining('must be a list') as string },
  ]);
  expect(problemsOf(() => expecting('constructor.name == 0', 'totals.__proto__ == 0'))).toHaveLength(2);
});

test('what is expected changes no event: the same bytes with and without', () => {
  const bytesOf = (rules: object) => {
    const spec = parseJobSpec({ ...valid, seed: 7, ...rules });
    const now = new Date('2026-01-05T23:10:00.000Z');
    const plan = fixedNow(planOf(spec, { job: 'nightly', run: '20260105T231000.000Z', version: '1' }), now);
    const generation = generationOf(plan, begin(plan.streams, plan.startUs));
    return Buffer.from(make(generation, 0, 3, new BatchBuffer()).bytes).toString();
  };

  expect(bytesOf({ expect: ['totals.rejected == 1'] })).toBe(bytesOf({}));
});
