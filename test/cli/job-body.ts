/** A job as the API answers it, for what shows jobs. */
import { jobBodyOf, type JobBody } from '../../src/jobs/job-body';
import { unanswered } from '../../src/jobs/merge';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { namePlan } from '../../workflows/naming';
import { begin } from '../../workflows/schedule';

const NOW = Date.UTC(2026, 0, 5, 23, 10);

/** 300 events at 10/s, ten seconds after its start. */
export function jobBody({ emitted, ...changes }: Partial<JobBody> & { emitted: number }): JobBody {
  const spec = parseJobSpec({ scenario: 'crisis', seed: 42, load: { pace: { rate: 10 }, for: '30s' }, sink: 'disk' });
  const plan = namePlan(planOf(spec, { job: 'nightly', run: '20260105T231000.000Z', version: '0.0.0' }), { startTime: new Date(NOW) });
  const status = {
    ...unanswered({ ...plan, startUs: NOW * 1000 }, 'running', NOW),
    timeline: begin(plan.streams, NOW * 1000),
    settling: false,
  };
  const body = jobBodyOf(
    { status, worker: 'here', lastError: null, execution: 'x' },
    { outputOf: () => ({ kind: 'disk', path: '/data/jobs/nightly' }), webUiUrl: () => null },
    NOW + 10_000,
  );
  return { ...body, totals: { ...body.totals, emitted }, ...changes };
}
