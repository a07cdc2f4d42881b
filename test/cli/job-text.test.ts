import { expectationLines, statusLines, summaryLines } from '../../src/cli/job-text';
import { rates } from '../../src/jobs/rates';
import { jobBody } from './job-body';

test('the summary is five lines: events, rate, lateness, where the data is, and the line that repeats it', () => {
  const job = jobBody({
    emitted: 300,
    state: 'completed',
    finished_at: '2026-01-05T23:10:29.900Z',
    lateness_ms: { p50: 1, p99: 2.4, max: 7 },
  });

  expect(summaryLines(job, './evergen run crisis')).toEqual([
    'events     101 scheduled, 300 emitted, 0 skipped, 0 rejected',
    'rate       target 10/s, actual 10/s (300 events in 30 s)',
    'lateness   p50 1 ms, p99 3 ms, max 7 ms',
    'data       /data/jobs/nightly (0 B)',
    'repeat     ./evergen run crisis',
  ]);
});

test('corrupted events are counted where there are any', () => {
  const job = jobBody({ emitted: 300, finished_at: null });
  const lines = summaryLines({ ...job, totals: { ...job.totals, corrupted: 91 } }, '');

  expect(lines[0]).toBe('events     101 scheduled, 300 emitted (91 corrupted), 0 skipped, 0 rejected');
});

test('a rate that was changed says since when, and what was wanted on average: the whole run is not held against its last pace', () => {
  const job = jobBody({
    emitted: 300,
    state: 'completed',
    finished_at: '2026-01-05T23:10:19.950Z',
    pace: { rate: 20 },
    timeline: [{ cause: 'start' }, { cause: 'pace', atUs: Date.UTC(2026, 0, 5, 23, 10, 10) * 1000 }],
  });

  expect(summaryLines({ ...job, totals: { ...job.totals, scheduled: 320, skipped: 20 } }, '')[1]).toBe(
    'rate       target 20/s since 23:10:10 UTC, 15/s on average, actual 15/s (300 events in 20 s)',
  );
});

test.each([
  [{ planned_events: 300 }, /300 events in all/, /ends +2026/],
  [{ planned_events: null, ends_at: null }, /until stopped/, /ends +when it is stopped/],
  [
    { pace: { unpaced: { batch_size: 10, step: 'PT1S' } }, planned_events: 500, ends_at: null },
    /500 events in all/,
    /ends +when its 500 events are made/,
  ],
])('the status says how a load without limits ends: %j', (changes, load, ends) => {
  const job = jobBody({ emitted: 1, ...changes });
  const lines = statusLines({ ...job, spec: { load: {} } }).join('\n');

  expect(lines).toMatch(load);
  expect(lines).toMatch(ends);
});

test('where rejected events are is said where there are any, since nobody finds them by their number', () => {
  const output = { kind: 'http', url: 'http://127.0.0.1/', rejected: '/data/jobs/nightly/run/rejected.jsonl' };
  const job = jobBody({ emitted: 300, finished_at: '2026-01-05T23:10:29.900Z', output });
  const some = { ...job, totals: { ...job.totals, rejected: 151 } };

  expect(summaryLines(job, '')).toHaveLength(5);
  expect(summaryLines(some, '')[4]).toBe('rejected   151 events of the emitted, in /data/jobs/nightly/run/rejected.jsonl');
  expect(statusLines(job).join('\n')).not.toContain(output.rejected);
  expect(statusLines({ ...some, finished_at: null }).join('\n')).toContain(`${output.rejected} once it pauses or ends`);
});

test('time spent paused is not held against the rate', () => {
  const job = jobBody({ emitted: 300, state: 'completed', finished_at: '2026-01-05T23:11:29.900Z', paused_ms: 60_000 });

  expect(rates(job).actual).toBeCloseTo(10);
});

test.each([
  [{ rate: 5 }, 5],
  [{ every: 'PT10S', batch_size: 15 }, 1.5],
  [{ every: 'PT1S', batch_size: { min: 10, max: 20 } }, 15],
  [{ unpaced: { batch_size: 10, step: 'PT1S' } }, null],
])('of the pace %j the target is %s/s', (pace, target) => {
  expect(rates(jobBody({ emitted: 1, pace })).target).toBe(target);
});

test('the status says why a job waits, and when nobody works on it', () => {
  const lines = statusLines(jobBody({ emitted: 1, state: 'paused', state_reason: 'the disk is full: make room', worker: 'away' })).join(
    '\n',
  );

  expect(lines).toContain('nightly: paused, the disk is full: make room');
  expect(lines).toContain('none answers');
});

test('what is expected of a job is a line each, in its status and after its summary', () => {
  const job = jobBody({
    emitted: 1,
    expect: [
      { rule: 'totals.rejected == 0', value: 0, ok: true },
      { rule: 'lateness_ms.p99 <= seed', value: null, ok: false },
    ],
  });

  expect(expectationLines(job)).toEqual(['met       totals.rejected == 0 (0)', 'not met   lateness_ms.p99 <= seed (nothing there)']);
  expect(statusLines(job).join('\n')).toMatch(/^ {2}not met +lateness_ms\.p99 <= seed/m);
});
