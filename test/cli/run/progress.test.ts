import { createProgress, type Screen } from '../../../src/cli/run/progress';
import { jobBody } from '../job-body';

const on = (isTTY: boolean, columns = 200): Screen & { text: string } => ({
  text: '',
  isTTY,
  columns,
  write(text) {
    this.text += text;
  },
});

test('on a terminal one line is written over, with share, count and rate', () => {
  const screen = on(true);
  const progress = createProgress(screen);

  progress.show(jobBody({ emitted: 150 }));
  progress.show(jobBody({ emitted: 300, state: 'completed' }));
  progress.end();

  expect(screen.text).toContain('[████████████░░░░░░░░░░░░]  50%  150 of 300 events');
  expect(screen.text).not.toContain('\n');
  expect(screen.text.endsWith('\r\x1b[J')).toBe(true);
});

test('a line is cut where the terminal ends, as a wrapped one could not be written over', () => {
  const screen = on(true, 40);

  createProgress(screen).show(jobBody({ emitted: 150 }));

  expect(screen.text.length).toBe(39);
});

test('elsewhere a line comes with each change of state, and not with each look', () => {
  const screen = on(false);
  const progress = createProgress(screen);

  progress.show(jobBody({ emitted: 1 }));
  progress.show(jobBody({ emitted: 2 }));
  progress.show(jobBody({ emitted: 3, state: 'paused' }));
  progress.show(jobBody({ emitted: 300, state: 'completed' }));

  expect(screen.text.split('\n').map((line) => /: (\d+ of 300 events, \w+)/.exec(line)?.[1])).toEqual([
    '3 of 300 events, paused',
    '300 of 300 events, completed',
    undefined,
  ]);
  expect(screen.text).not.toContain('\x1b');
});

test('what is being retried shows, so that a job that stands still is no riddle', () => {
  const screen = on(true);

  createProgress(screen).show(jobBody({ emitted: 5, planned_events: null, last_error: 'the disk is slow' }));

  expect(screen.text).toContain('5 events');
  expect(screen.text).toContain('retrying: the disk is slow');
});

test('a total that is an estimate says so: a scenario with a cadence of its own is not held to a number', () => {
  const screen = { text: '', isTTY: true, columns: 200, write: (text: string) => (screen.text += text) };

  createProgress(screen).show(jobBody({ emitted: 103, planned_events: 100, pace: { streams: { drivers: { rate: 10 } } } }));

  expect(screen.text).toContain('100%  103 of about 100 events');
});

test('the total follows the timeline: another pace makes more or fewer, and what is skipped is never made', () => {
  const screen = on(true);
  const progress = createProgress(screen);
  const skipping = jobBody({ emitted: 120, planned_events: 400 });

  progress.show(jobBody({ emitted: 120 }));
  progress.show({ ...skipping, totals: { ...skipping.totals, skipped: 60 } });

  expect(screen.text).toContain('120 of 300 events');
  expect(screen.text).toContain('120 of 340 events');
});

test('a number of events that was asked for is shown as it was asked for', () => {
  const screen = on(true);

  createProgress(screen, false, 250).show(jobBody({ emitted: 120 }));

  expect(screen.text).toContain('120 of 250 events');
});

test('the rate is that of the last seconds: a job that stands still since a minute shows 0/s, whatever it did before', () => {
  const screen = on(true);
  const progress = createProgress(screen);
  const clock = jest.spyOn(performance, 'now');

  for (const [second, emitted] of [
    [0, 100],
    [2, 120],
    [60, 120],
    [62, 120],
  ] as const) {
    clock.mockReturnValue(second * 1000);
    progress.show(jobBody({ emitted }));
    if (second === 2) expect(screen.text).toContain('120 of 300 events, 10/s');
  }

  clock.mockRestore();
  expect(screen.text.split('\r').at(-1)).toContain('120 of 300 events, 0/s');
});
