/** `manifest.json` of a run: all that is needed to make its data again and to check it, beside the data. */
import { z } from 'zod';
import type { FixedPlan, JournalEntry, PublishArgs } from '../../workflows/messages';
import { sum } from '../../workflows/ledger';
import type { Entry } from '../../workflows/schedule';
import type { DataFile } from '../sinks/sink';

export const MANIFEST = 'manifest.json';

const count = z.int().min(0);
const pace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rate'), rate: z.number(), of: count, index: count }),
  z.object({ kind: z.literal('every'), everyUs: count, min: count, max: count }),
  z.object({
    kind: z.literal('stages'),
    stages: z.array(z.object({ from: z.number(), to: z.number(), forUs: count })),
    repeat: z.boolean(),
    of: count,
    index: count,
  }),
  z.object({ kind: z.literal('unpaced'), batchSize: count, stepUs: count }),
]);
const limits = z.object({ forUs: count.nullable(), events: count.nullable(), batches: count.nullable() });
const policy = z.enum(['hold', 'skip', 'catch_up']);

export const entry = z.object({
  stream: count,
  from: count,
  cause: z.enum(['start', 'hold', 'skip', 'pace']),
  atUs: z.int(),
  tauUs: z.int(),
  pace,
  originUs: z.int(),
  n: z.int(),
  events: z.int(),
}) satisfies z.ZodType<Entry>;

const plan = z.object({
  job: z.string(),
  run: z.string(),
  seed: count,
  startUs: z.int(),
  scenario: z.string(),
  sink: z.string(),
  spec: z.unknown(),
  version: z.string(),
  streams: z.array(z.object({ name: z.string(), pace, limits, ownPace: z.literal(true).optional() })),
  shards: count,
  onPause: policy,
  onLag: policy,
  keepMs: count.optional(),
  level: z.enum(['end', 'rest']).optional(),
  timeline: z.array(entry).optional(),
}) satisfies z.ZodType<FixedPlan>;

const journalEntry = z.object({
  atMs: count,
  action: z.enum(['start', 'pause', 'resume', 'pace', 'lag', 'stop', 'standby', 'wake', 'clean', 'end']),
  by: z.string().nullable(),
  from: z.array(count).nullable(),
  detail: z.string(),
}) satisfies z.ZodType<JournalEntry>;

export const manifest = z.object({
  format: z.literal(1),
  evergen: z.string().describe('Version of evergen that made the data.'),
  job: z.string(),
  run: z.string(),
  state: z.string(),
  seed: count,
  start: z.string(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  /** The resolved specification: to run again with `seed` and `load.start` put in. */
  spec: z.unknown(),
  batches: count,
  events: count,
  corrupted: count.default(0).describe('Of the events: each has a row in the quality ledger.'),
  bytes: count,
  streams: z.array(
    z.object({
      stream: z.string(),
      shard: count,
      next_batch: count,
      batches: count,
      events: count,
      corrupted: count.default(0),
      bytes: count,
    }),
  ),
  files: z
    .array(z.object({ path: z.string(), bytes: count, sha256: z.string() }))
    .describe('Complete files; one that still grows is not listed.'),
  /** As the schedule counts, in µs: with these two every byte can be made again. */
  plan,
  timeline: z.array(entry),
  /** Who asked for what, as far as it is remembered. */
  journal: z.array(journalEntry),
  paused_ms: count,
  /** Identity of the place that was written to: of a data directory, of a Kafka cluster with the Temporal namespace. */
  home: z.string().optional(),
  /** By stream, as in the plan: what `skip` has left out. */
  skipped: z.array(z.object({ batches: count, events: count })),
});

export type Manifest = z.output<typeof manifest>;

const iso = (ms: number) => new Date(ms).toISOString();

export function manifestOf(args: PublishArgs, files: readonly DataFile[]): Manifest {
  const { plan, timeline, state, startedAtMs, finishedAtMs, parts } = args;
  const totals = sum(parts.map((part) => part.totals));
  return {
    format: 1,
    evergen: plan.version,
    job: plan.job,
    run: plan.run,
    state,
    seed: plan.seed,
    start: iso(plan.startUs / 1000),
    started_at: iso(startedAtMs),
    finished_at: finishedAtMs === null ? null : iso(finishedAtMs),
    spec: plan.spec,
    batches: totals.batches,
    events: totals.emitted,
    corrupted: totals.corrupted,
    bytes: totals.bytes,
    streams: parts.map(({ stream, shard, next, totals: { batches, emitted, corrupted, bytes } }) => ({
      stream: plan.streams[stream]?.name ?? '',
      shard,
      next_batch: next,
      batches,
      events: emitted,
      corrupted,
      bytes,
    })),
    files: [...files],
    plan,
    timeline,
    journal: args.journal,
    paused_ms: args.pausedMs,
    ...(args.home === null ? {} : { home: args.home }),
    skipped: args.skipped,
  };
}
