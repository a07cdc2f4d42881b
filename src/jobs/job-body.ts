/** The job as callers see it. */
import { z } from 'zod';
import { latenessQuantile, noTotals, sum, type Totals } from '../../workflows/ledger';
import type { Plan } from '../../workflows/messages';
import type { Output } from '../sinks/sink';
import { judge } from '../spec/expect';
import { formatInstant } from '../spec/instants';
import type { Snapshot } from './jobs';
import { presentPace } from './present-pace';
import { dueByEstimate, dueEvents, endsAtMs, plannedInAll, presentMs, schedulesBy } from './progress';

const instant = z.iso.datetime();
const count = z.int().min(0);
const lateness = z
  .strictObject({ p50: z.number(), p99: z.number(), max: z.number() })
  .describe('Milliseconds; quantiles are upper bounds.');

const totals = z.strictObject({
  scheduled: count.describe(
    'Events due by now, the skipped ones included. With a cadence of its own: those made, and about as many as the batches due and not made yet will hold.',
  ),
  emitted: count,
  valid: count,
  corrupted: count,
  skipped: count,
  rejected: count.describe('Of the emitted ones: what the target refused for good.'),
  bytes: count,
  batches: count,
});

export const jobStates = ['running', 'paused', 'stopping', 'completed', 'stopped', 'failed', 'cleaned'] as const;

export const jobBody = z.strictObject({
  id: z.string(),
  run: z.string().nullable(),
  scenario: z.string(),
  sink: z.string(),
  seed: count.nullable(),
  state: z.enum(jobStates),
  state_reason: z.string().nullable(),
  settling: z.boolean().describe('A change has been asked for and the writers have not all answered yet.'),
  worker: z.enum(['here', 'away']).describe('away: no worker answers; the figures are the last that were seen.'),
  started_at: instant,
  ends_at: instant.nullable(),
  finished_at: instant.nullable(),
  planned_events: count
    .nullable()
    .describe('Events in all, the skipped ones included; about so many, with a cadence of its own; null: until stopped.'),
  paused_ms: count.describe('Time spent paused, the present pause included.'),
  pace: z
    .record(z.string(), z.unknown())
    .describe(
      "The present one: a change of pace shows here when it is in force. Of a cadence of the scenario's own: the pace of each stream.",
    ),
  spec: z.record(z.string(), z.unknown()).describe('The resolved specification.'),
  start: instant.nullable().describe('Due instant of the first batch.'),
  version: z.string().describe('Of evergen.'),
  timeline: z
    .array(z.record(z.string(), z.unknown()))
    .describe('As the schedule counts: with specification, seed and start it determines every byte.'),
  output: z.strictObject({
    kind: z.string(),
    path: z.string().optional(),
    topic: z.string().optional(),
    url: z.string().optional(),
    rejected: z.string().optional().describe('File of the rejected events, with what the target answered; not there while there are none.'),
  }),
  expect: z
    .array(z.strictObject({ rule: z.string(), value: z.number().nullable().describe('At its left path.'), ok: z.boolean() }))
    .describe('The rules of the specification over the numbers as they are now.'),
  totals,
  lateness_ms: lateness,
  commit_ms: z
    .number()
    .nullable()
    .describe('How long the sink took for the last commit, milliseconds; of several writers the longest. null: none has been seen yet.'),
  streams: z.record(
    z.string(),
    z.strictObject({ next_batch: count, last_batch_at: instant.nullable(), ...totals.shape, lateness_ms: lateness }),
  ),
  last_error: z.string().nullable().describe('What is being retried.'),
  web_ui_url: z.string().nullable(),
});

export type JobBody = z.output<typeof jobBody>;

/** What the body says besides the snapshot. */
export interface Surroundings {
  outputOf(plan: Plan): Output;
  /** Link to the run in Temporal's Web UI; null where there is none. */
  webUiUrl(id: string, execution: string): string | null;
}

export function jobBodyOf({ status, worker, lastError, execution }: Snapshot, surroundings: Surroundings, nowMs: number): JobBody {
  const { plan } = status;
  const at = presentMs(status, nowMs);
  const endsAt = status.finishedAtMs ?? endsAtMs(status, nowMs);
  const streams = streamsOf(status, at);
  const all = streams.map(({ totals }) => totals);
  const committed = sum(streams.map(({ committed }) => committed));
  const body = {
    id: plan.job,
    run: plan.run,
    scenario: plan.scenario,
    sink: plan.sink,
    seed: plan.seed,
    state: status.state,
    state_reason: status.reason,
    settling: status.settling,
    worker,
    started_at: formatInstant(status.startedAtMs),
    ends_at: endsAt === null ? null : formatInstant(Math.max(status.startedAtMs, Math.round(endsAt))),
    finished_at: status.finishedAtMs === null ? null : formatInstant(status.finishedAtMs),
    planned_events: plannedInAll(status),
    paused_ms: Math.max(
      0,
      Math.round(status.pausedMs + (status.pausedAtMs === null ? 0 : (status.finishedAtMs ?? nowMs) - status.pausedAtMs)),
    ),
    pace: presentPace(status),
    spec: { ...(plan.spec as object) },
    start: plan.startUs === null ? null : formatInstant(plan.startUs / 1000),
    version: plan.version,
    timeline: status.timeline.map((entry) => ({ ...entry })),
    output: surroundings.outputOf(plan),
    totals: {
      ...counted(committed),
      scheduled: all.reduce((n, { scheduled }) => n + scheduled, 0),
      skipped: all.reduce((n, { skipped }) => n + skipped, 0),
    },
    lateness_ms: latenessOf(committed),
    commit_ms: committed.commitMs ?? null,
    streams: Object.fromEntries(
      streams.map(({ name, totals, ...stream }) => [name, { ...stream.body, ...totals, lateness_ms: latenessOf(stream.committed) }]),
    ),
    last_error: lastError,
    web_ui_url: execution === null ? null : surroundings.webUiUrl(plan.job, execution),
  };
  return { ...body, expect: judge(rulesOf(plan), body) };
}

const rulesOf = ({ spec }: Plan): readonly string[] => (spec as { expect?: string[] }).expect ?? [];

function streamsOf(status: Snapshot['status'], atMs: number) {
  const schedules = schedulesBy(status);
  return status.plan.streams.map(({ name, ownPace }, stream) => {
    const parts = status.parts.filter((part) => part.stream === stream);
    const committed = parts.length === 0 ? noTotals() : sum(parts.map((part) => part.totals));
    const schedule = schedules[stream];
    const skipped = status.skipped[stream]?.events ?? 0;
    // Of shards the one that is furthest behind; the last batch made is the furthest of all.
    const next = parts.length === 0 ? 0 : Math.min(...parts.map((part) => part.next));
    const last = Math.max(-1, ...parts.filter(({ totals }) => totals.batches > 0).map((part) => part.next - status.plan.shards));
    const due =
      schedule === undefined
        ? 0
        : ownPace === true
          ? dueByEstimate(schedule, atMs, { events: committed.emitted, next })
          : dueEvents(schedule, atMs);
    const lastDueUs = schedule === undefined || last < 0 ? Infinity : schedule.batch(last).dueUs;
    return {
      name,
      committed,
      // What was in hand when a pause came is made, though the schedule stands still from that instant on.
      totals: { ...counted(committed), scheduled: Math.max(due, committed.emitted) + skipped, skipped },
      body: { next_batch: next, last_batch_at: Number.isFinite(lastDueUs) ? formatInstant(Math.floor(lastDueUs / 1000)) : null },
    };
  });
}

const counted = ({ emitted, valid, corrupted, rejected, bytes, batches }: Totals) => ({
  emitted,
  valid,
  corrupted,
  rejected,
  bytes,
  batches,
});

const latenessOf = (committed: Totals) => ({
  p50: latenessQuantile(committed, 0.5),
  p99: latenessQuantile(committed, 0.99),
  max: committed.latenessMaxMs,
});
