import { repeatLine } from '../../../src/cli/run/repeat-line';
import type { JobBody } from '../../../src/jobs/job-body';
import { jobBody } from '../job-body';

const again = () => 'run crisis --seed 42';
const completed: JobBody = { ...jobBody({ emitted: 300, state: 'completed' }), start: '2026-01-05T23:10:00.000Z' };
const untouched = completed.timeline.length;
const like = 'run --like nightly --run 20260105T231000.000Z';

test('a run that nobody touched is repeated by what was asked, its seed and its start', () => {
  expect(repeatLine(completed, { again, lasting: true }, untouched)).toBe('run crisis --seed 42');
});

test('what was asked on standard input is gone, so the run itself says it', () => {
  expect(repeatLine(completed, { again, lasting: false }, untouched)).toBe(like);
});

test.each(['stopped', 'failed', 'paused'] as const)(
  'a run that is %s made fewer events than were asked for: the run itself says how many',
  (state) => {
    expect(repeatLine({ ...completed, state }, { again, lasting: true }, untouched)).toBe(like);
  },
);

test('changes of the timeline are no part of what was asked', () => {
  expect(repeatLine(completed, { again, lasting: true }, untouched - 1)).toBe(like);
});

test('a run that has not begun has nothing to be like', () => {
  expect(repeatLine({ ...completed, state: 'failed', start: null }, { again, lasting: true }, untouched)).toBe('run crisis --seed 42');
});
