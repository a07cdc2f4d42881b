/** The jobs that are measured, the same for every case. */
import { runName } from '../workflows/naming';
import type { Plan } from '../workflows/messages';
import { parseJobSpec } from '../src/spec/job-spec';
import { planOf } from '../src/spec/plan';

/** Events a batch; two of them are one commit (`activities/groups.ts`). */
const BATCH = 10_000;

/** As in a specification. */
export type SinkChoice = string | Readonly<Record<string, unknown>>;

export const unpacedPlan = (job: string, sink: SinkChoice, events: number): Plan => shardedPlan(job, sink, events, 1);

export const shardedPlan = (job: string, sink: SinkChoice, events: number, shards: number): Plan =>
  planOfSpec(job, {
    scenario: 'crisis',
    shards,
    sink,
    load: { pace: { unpaced: { batch_size: BATCH, step: 'PT0.001S' } }, events, start: '2026-01-01T00:00:00Z' },
  });

export const plan = (job: string, sink: SinkChoice, load: Record<string, unknown>): Plan =>
  planOfSpec(job, { scenario: 'crisis', sink, load });

export const planOfSpec = (job: string, spec: Readonly<Record<string, unknown>>): Plan =>
  planOf(parseJobSpec({ seed: 42, ...spec }), { job, run: runName(new Date()), version: 'bench' });
