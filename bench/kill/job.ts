/** The job of the kill harness: crisis intakes in batches of 1 to 100 events, all of them overdue, so that only kills hold up a producer. */
import { namePlan } from '../../workflows/naming';
import { begin, type Entry } from '../../workflows/schedule';
import type { FixedPlan } from '../../workflows/messages';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';

export const JOB = 'kill-harness';
const BATCHES = 50_000_000;
const MOST = 100;

export interface HarnessJob {
  plan: FixedPlan;
  timeline: Entry[];
}

/** The same in the harness and in each of its producers. */
export function harnessJob(topic: string, run: string, seed: number, shards: number): HarnessJob {
  const spec = parseJobSpec({
    seed,
    scenario: 'crisis',
    shards,
    sink: { name: 'kafka', topic },
    load: { pace: { every: 'PT0.05S', batch_size: { min: 1, max: MOST } }, batches: BATCHES, start: '2026-01-01T00:00:00Z' },
  });
  const plan = namePlan(planOf(spec, { job: JOB, run, version: 'kill' }), { startTime: new Date(0) });
  const startUs = plan.startUs ?? 0;
  return { plan: { ...plan, startUs }, timeline: begin(plan.streams, startUs) };
}
