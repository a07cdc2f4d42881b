import fc from 'fast-check';
import { unanswered } from '../../src/jobs/merge';
import { dueEvents, endsAtMs, estimatedEvents, plannedInAll, presentMs, schedulesBy } from '../../src/jobs/progress';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { namePlan } from '../../workflows/naming';
import { changePace, hold } from '../../workflows/timeline';
import type { Status } from '../../workflows/messages';

const start = Date.parse('2026-01-05T23:10:00.000Z');

function statusOf(load: object, changes: Partial<Status> = {}): Status {
  const spec = parseJobSpec({ scenario: 'crisis', sink: 'drop', seed: 1, load: { start: '2026-01-05T23:10:00Z', ...load } });
  const plan = namePlan(planOf(spec, { job: 'j', run: 'r', version: '1' }), { startTime: new Date(start) });
  return { ...unanswered(plan, 'running', start), ...changes };
}

const due = (status: Status, ms: number) => schedulesBy(status).map((schedule) => dueEvents(schedule, presentMs(status, start + ms)));

test('a rate r over a time d is floor(r·d + 1e-9) events, whatever the rate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 600 }), (tenths, seconds) => {
      const { plan } = statusOf({ pace: { rate: tenths / 10 }, for: `${String(seconds)}s` });
      return estimatedEvents(plan) === Math.floor((tenths * seconds) / 10);
    }),
  );
});

test('a change of pace changes what is planned in all, and what was skipped belongs to it', () => {
  const status = statusOf({ pace: { rate: 10 }, for: '10s' });
  const begun = schedulesBy(status).map((schedule) => schedule.entry(0));
  const halfway = (start + 5000) * 1000;
  const faster = changePace({ seed: 1, streams: status.plan.streams }, begun, halfway, halfway, [
    { kind: 'rate', rate: 30, of: 1, index: 0 },
  ]);
  expect(plannedInAll(status)).toBe(100);
  const changed = { ...status, timeline: [...begun, ...faster] };
  // From the batch on that comes after the change.
  expect(Math.abs((plannedInAll(changed) ?? 0) - 200)).toBeLessThanOrEqual(3);
  expect(plannedInAll(changed)).toBe(due(changed, 60_000)[0]);
  expect(plannedInAll({ ...status, skipped: [{ batches: 1, events: 7 }] })).toBe(107);
  expect(plannedInAll(statusOf({ pace: { rate: 10 } }))).toBeNull();
});

test('what is due grows with the schedule and stands still at a pause and at the end', () => {
  const load = { pace: { rate: 5 }, for: '5m' };
  expect([0, 1000, 300_000, 900_000].map((ms) => due(statusOf(load), ms)[0])).toEqual([1, 6, 1500, 1500]);
  expect(due(statusOf(load, { pausedAtMs: start + 1000 }), 60_000)).toEqual([6]);
  expect(due(statusOf(load, { finishedAtMs: start + 2000 }), 60_000)).toEqual([11]);
});

test('a run that ended in a pause has what was due when the pause began; one that was resumed before, what was due at its end', () => {
  const load = { pace: { rate: 5 }, for: '5m' };
  const said = (action: Status['journal'][number]['action'], ms: number) => ({
    atMs: start + ms,
    action,
    by: 'cli',
    from: null,
    detail: '',
  });
  const dueOf = (...journal: Status['journal']) => due(statusOf(load, { finishedAtMs: start + 20_000, journal }), 60_000);

  expect(dueOf(said('start', 0), said('pause', 5000), said('stop', 20_000), said('end', 20_000))).toEqual([26]);
  expect(dueOf(said('standby', 4000), said('pause', 5000), said('wake', 6000), said('end', 20_000))).toEqual([21]);
  expect(dueOf(said('pause', 1000), said('resume', 2000), said('pause', 5000), said('end', 20_000))).toEqual([26]);
  expect(dueOf(said('pause', 5000), said('resume', 6000), said('stop', 20_000), said('end', 20_000))).toEqual([101]);
});

test('without limits there is no end and no estimate', () => {
  const status = statusOf({ pace: { rate: 5 } });
  expect(endsAtMs(status, start)).toBeNull();
  expect(estimatedEvents(status.plan)).toBeNull();
});

test.each([
  ['the end of the time', { pace: { rate: 5 }, for: '5m' }, 300_000],
  ['the end of the time, also when nothing is due in it', { pace: { rate: 0 }, for: '5m' }, 300_000],
  ['at once', { pace: { rate: 5 }, for: '0s' }, 0],
  ['the last event', { pace: { rate: 5 }, for: '5m', events: 10 }, 1800],
  ['the last batch', { pace: { every: '10s', batch_size: 3 }, batches: 4 }, 30_000],
])('a run ends with %s', (_, load, ms) => {
  expect(endsAtMs(statusOf(load), start)).toBe(start + ms);
});

test('a pause moves the end along, so that the remaining time stands still; after it the timeline says the same', () => {
  const load = { pace: { rate: 5 }, for: '5m' };
  const paused = statusOf(load, { pausedAtMs: start + 60_000 });
  expect([60_000, 90_000, 240_000].map((ms) => (endsAtMs(paused, start + ms) ?? 0) - (start + ms))).toEqual([240_000, 240_000, 240_000]);
  const begun = schedulesBy(paused).map((schedule) => schedule.entry(0));
  const timeline = [...begun, ...hold({ seed: 1, streams: paused.plan.streams }, begun, (start + 60_000) * 1000, (start + 90_000) * 1000)];
  expect(endsAtMs(statusOf(load, { timeline }), start + 90_000)).toBe(start + 330_000);
});
