import { jobBodyOf } from '../../src/jobs/job-body';
import { unanswered } from '../../src/jobs/merge';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { noTotals } from '../../workflows/ledger';
import { namePlan } from '../../workflows/naming';
import { begin } from '../../workflows/schedule';

const NOW = Date.UTC(2026, 0, 5, 23, 10);

test('what was in hand when a pause came counts as scheduled, too: nothing is emitted that was not scheduled or skipped', () => {
  const spec = parseJobSpec({ scenario: 'crisis', seed: 42, load: { pace: { rate: 10 } }, sink: 'disk' });
  const plan = namePlan(planOf(spec, { job: 'nightly', run: '20260105T231000.000Z', version: '0.0.0' }), { startTime: new Date(NOW) });
  const made = (batches: number) => ({
    ...unanswered({ ...plan, startUs: NOW * 1000 }, 'paused', NOW),
    timeline: begin(plan.streams, NOW * 1000),
    pausedAtMs: NOW + 15_950,
    skipped: [{ batches: 5, events: 5 }],
    parts: [{ stream: 0, shard: 0, next: batches, totals: { ...noTotals(), batches, emitted: batches } }],
  });
  const totalsOf = (batches: number) =>
    jobBodyOf(
      { status: made(batches), worker: 'here', lastError: null, execution: 'x' },
      { outputOf: () => ({ kind: 'drop' }), webUiUrl: () => null },
      NOW + 20_000,
    ).totals;

  expect(totalsOf(168)).toMatchObject({ scheduled: 173, emitted: 168, skipped: 5 });
  expect(totalsOf(150)).toMatchObject({ scheduled: 165, emitted: 150, skipped: 5 });
});

test('the time of a commit is that of the slowest writer, and there is none before one has been seen', () => {
  const spec = parseJobSpec({ scenario: 'crisis', seed: 42, shards: 3, load: { pace: { rate: 10 } }, sink: 'disk' });
  const plan = namePlan(planOf(spec, { job: 'nightly', run: '20260105T231000.000Z', version: '0.0.0' }), { startTime: new Date(NOW) });
  const commitMs = (...all: (number | undefined)[]) =>
    jobBodyOf(
      {
        status: {
          ...unanswered({ ...plan, startUs: NOW * 1000 }, 'running', NOW),
          parts: all.map((ms, shard) => ({
            stream: 0,
            shard,
            next: 3,
            totals: { ...noTotals(), ...(ms === undefined ? {} : { commitMs: ms }) },
          })),
        },
        worker: 'here',
        lastError: null,
        execution: 'x',
      },
      { outputOf: () => ({ kind: 'drop' }), webUiUrl: () => null },
      NOW,
    ).commit_ms;

  expect(commitMs(undefined, 4.2, 2.5)).toBe(4.2);
  expect(commitMs(undefined, undefined, undefined)).toBeNull();
});
