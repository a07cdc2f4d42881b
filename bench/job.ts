/** The job that is measured, the same for every case. */
import { runName } from '../workflows/naming';
import type { Plan } from '../workflows/messages';
import { parseJobSpec } from '../src/spec/job-spec';
import { planOf } from '../src/spec/plan';

/** Events a batch; two of them are one commit (`activities/groups.ts`). */
const BATCH = 10_000;

/** As in a specification. */
export type SinkChoice = string | Readonly<Record<string, unknown>>;

export function unpacedPlan(job: string, sink: SinkChoice, events: number): Plan {
  return plan(job, sink, { pace: { unpaced: { batch_size: BATCH, step: 'PT0.001S' } }, events, start: '2026-01-01T00:00:00Z' });
}

export const plan = (job: string, sink: SinkChoice, load: Record<string, unknown>): Plan =>
  planOf(parseJobSpec({ seed: 42, scenario: 'crisis', sink, load }), { job, run: runName(new Date()), version: 'bench' });
