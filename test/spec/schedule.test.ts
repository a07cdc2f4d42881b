import { check } from '../../src/spec/failures';
import { scheduleSpec, timingOf } from '../../src/spec/schedule';
import { pathsOf, problemsOf } from './problems';

const spec = { scenario: 'crisis', sink: 'drop', load: { pace: { rate: 5 }, for: '10s' } };
const valid = { id: 'nightly', every: '90s', spec };
const parse = (input: unknown) => check(scheduleSpec, input, 'the schedule');
const problem = (changes: object) => problemsOf(() => parse({ ...valid, every: undefined, ...changes }))[0];

test('a schedule is not enabled until somebody says so, and its interval is kept in one form', () => {
  expect(parse(valid)).toMatchObject({ id: 'nightly', enabled: false, every: 'PT1M30S', spec: { load: { for: 'PT10S' } } });
});

test.each([['*/5 * * * *'], ['0 9 * * MON-FRI'], ['0,30 8-18/2 1-7 JAN,jul *']])('%s is taken', (cron) => {
  expect(parse({ ...valid, every: undefined, cron })).toMatchObject({ cron });
});

test.each([
  [{ every: 'PT0.5S' }, '/every', 'must be a duration of at least PT1S such as PT10S, 10s or 5m, got "PT0.5S"'],
  [{ every: '1.5s' }, '/every', 'must be a duration of whole seconds, got "PT1.5S"'],
  [{ cron: '61 * * * *' }, '/cron', expect.stringMatching(/got "61 \* \* \* \*": minute "61" is not of 0 to 59$/)],
  [
    { cron: '*/0 0 L * FOO' },
    '/cron',
    expect.stringMatching(/: minute "\*\/0" is not of 0 to 59, day of month "L" is .*, day of week "FOO" is not of 0 to 7 or SUN to SAT$/),
  ],
  [{ cron: '0 0 31 2 *' }, '/cron', expect.stringContaining('that never comes')],
  [{ cron: '0 0 L * *' }, '/cron', expect.stringContaining('must be a cron expression of five fields')],
  [{ cron: '@daily' }, '/cron', expect.stringContaining('must be a cron expression of five fields')],
  [{ cron: '* * * * * *' }, '/cron', expect.stringMatching(/five fields such as .*, got "\* \* \* \* \* \*": it has 6$/)],
  [{ cron: '' }, '/cron', expect.stringMatching(/five fields such as .*, got "": it has 0$/)],
  [{ cron: 5 }, '/cron', expect.stringContaining('got 5')],
  [{ every: '5s', cron: '* * * * *' }, '/cron', 'contradicts every: give one of them'],
  [{}, '', 'needs every or cron'],
  [{ every: '5s', spec: [] }, '/spec', expect.stringContaining('got an empty list')],
  [{ cron: '* * * * *', time_zone: 'Mars/Olympus' }, '/time_zone', 'must be an IANA time zone such as Europe/Berlin, got "Mars/Olympus"'],
  [{ every: '5s', time_zone: 'UTC' }, '/time_zone', 'is for cron: an interval has no time zone'],
  [{ every: '5s', spec: { ...spec, load: { pace: { rate: 5 } } } }, '/spec/load', expect.stringContaining('needs for, events or batches')],
  [
    { every: '5s', spec: { ...spec, load: { pace: { stages: [{ rate: 1, for: '1s' }], repeat: true } } } },
    '/spec/load',
    expect.stringContaining('needs for, events or batches'),
  ],
  [{ every: '5s', spec: { scenario: 'fleet', sink: 'drop' } }, '/spec/load', expect.stringContaining('without an end would be the last')],
  [{ every: '5s', spec: { ...spec, id: 'mine' } }, '/spec/id', expect.stringContaining('each run is named after it')],
  [
    { every: '5s', spec: { ...spec, load: { ...spec.load, start: '2026-01-01T00:00:00Z' } } },
    '/spec/load/start',
    expect.stringContaining('no two runs are alike'),
  ],
])('%j is refused at %s', (changes, path, message) => {
  expect(problem(changes)).toEqual({ path, message: message as string });
});

test.each([
  [{ scenario: 'crisis', sink: 'drop', load: { pace: { stages: [{ rate: 1, for: '1s' }] } } }],
  [{ scenario: 'email', sink: 'drop' }],
])('a run may end by its load or by its scenario: %j', (spec) => {
  expect(() => parse({ ...valid, spec })).not.toThrow();
});

test('a seed in the specification is that of every run', () => {
  expect(parse({ ...valid, spec: { ...spec, seed: 7 } })).toMatchObject({ spec: { seed: 7 } });
});

test('all problems are told at once, those of the specification under its place', () => {
  const paths = pathsOf(() => parse({ id: 'No', every: '0s', cron: 'x', enabled: 'yes', spec: { ...spec, load: { pace: { rate: -1 } } } }));
  expect(paths.sort()).toEqual(['/cron', '/cron', '/enabled', '/every', '/id', '/spec/load/pace/rate']);
});

test('what is not given stays as it was', () => {
  const before = { timing: { cron: '* * * * *' }, timeZone: 'Europe/Berlin' };
  expect(timingOf({}, before)).toEqual(before);
  expect(timingOf({ every: 'PT5S' }, before)).toEqual({ timing: { every: 'PT5S' }, timeZone: 'Europe/Berlin' });
  expect(timingOf({ time_zone: 'UTC' }, before)).toEqual({ timing: before.timing, timeZone: 'UTC' });
});
