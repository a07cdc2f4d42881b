import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { isScheduled, namePlan, START_LEAD_US } from '../../workflows/naming';

const spec = parseJobSpec({ scenario: 'crisis', sink: 'drop', load: { pace: { rate: 5 }, for: '10s' } });
const planned = (run: string | null) => planOf(spec, { job: 'nightly', run, version: '1' });
const at = new Date('2026-01-05T23:10:00Z');
const startTime = new Date('2026-01-05T23:10:00.024Z');
const workflowId = 'nightly-2026-01-05T23:10:00Z';

test('a scheduled run takes id, name and start from the instant it was scheduled for, not from when it began', () => {
  const plan = namePlan(planned(null), { startTime, workflowId, searchAttributes: { TemporalScheduledStartTime: [at] } });
  expect(plan).toMatchObject({ job: workflowId, run: '20260105T231000.000Z', startUs: at.getTime() * 1000 + START_LEAD_US });
});

test('in a list of executions, where instants are texts, it is the same run', () => {
  const [one, other] = [[at], at.toISOString()].map((TemporalScheduledStartTime) =>
    namePlan(planned(null), { startTime, workflowId, searchAttributes: { TemporalScheduledStartTime } }),
  );
  expect(one).toEqual(other);
});

test('no two runs of a schedule have one seed', () => {
  const seeds = Array.from({ length: 200 }, (_, minute) => {
    const scheduled = new Date(at.getTime() + minute * 60_000);
    const id = `nightly-${scheduled.toISOString().slice(0, 19)}Z`;
    return namePlan(planned(null), { startTime, workflowId: id, searchAttributes: { TemporalScheduledStartTime: [scheduled] } }).seed;
  });
  expect(new Set(seeds).size).toBe(200);
});

test('a run that somebody started keeps its name, whatever attributes its execution has', () => {
  const plan = namePlan(planned('20260101T000000.000Z'), { startTime, workflowId, searchAttributes: { TemporalScheduledStartTime: [at] } });
  expect(plan).toMatchObject({ job: 'nightly', run: '20260101T000000.000Z', startUs: null });
});

test('a scheduled run is known by its id', () => {
  expect([workflowId, 'nightly', 'tutoring-20260105t231000-k3f9'].map(isScheduled)).toEqual([true, false, false]);
});
