/** The state of a job as plain data, and what goes in and out of the machine that changes it. Continue-as-new is a copy of the state. */
import { noTotals } from './ledger';
import type { CleanAnswer, CleanArgs, EmitArgs, JournalEntry, NamedPlan, Part, Place, Receipt, SettleAnswer, SettleArgs } from './messages';
import { begin, type Entry, type Pace } from './schedule';

export type Command =
  | { type: 'settle'; id: number; part: number; args: SettleArgs }
  | { type: 'emit'; id: number; part: number; args: EmitArgs }
  | { type: 'cancel'; id: number }
  | { type: 'clean'; id: number; args: CleanArgs }
  /** Something that the manifest tells has changed: publish it. */
  | { type: 'publish' };

/** How a settle or an emit ended. Without `result` the outcome is unknown; `rejected`: an operator must act; `invalid`: the plan cannot be run. */
export type Outcome<Result> = { ok: true; result: Result } | { ok: false; kind: 'unknown' | 'rejected' | 'invalid'; message: string };

export type MachineEvent =
  | { type: 'pause' | 'resume' | 'stop' | 'standby' | 'wake'; by?: string | undefined }
  | { type: 'set_pace'; paces: Pace[]; by?: string | undefined }
  | { type: 'clean'; mode: string | null; by?: string | undefined }
  | { type: 'cleaned'; id: number; outcome: Outcome<CleanAnswer> }
  | { type: 'emitted'; id: number; outcome: Outcome<Receipt> }
  | { type: 'settled'; id: number; outcome: Outcome<SettleAnswer> };

export interface PartState extends Part, Place {
  /** Id of the running emit. */
  running: number | null;
  /** What settle answered under the present generation. */
  answer: (Place & Pick<SettleAnswer, 'begun'>) | null;
  /** When its progress was last written, as far as is known; absent where the sink forgets nothing (`plan.keepMs`). */
  writtenAtMs?: number;
}

export interface MachineState {
  plan: NamedPlan;
  phase: 'running' | 'completed' | 'stopped' | 'failed' | 'cleaned';
  timeline: Entry[];
  /** Due instant of batch 0; null until the first settle has answered (unless the plan names it). */
  startUs: number | null;
  home: string | null;
  /** The first settle has answered on all parts. */
  begun: boolean;
  generation: number;
  parts: PartState[];
  nextId: number;
  /** Running settles, by id → index of the part. */
  settling: Record<string, number>;
  settled: boolean;
  /** A settle was refused: nothing goes on before an operator resumes or stops. */
  blocked: boolean;
  pausedAtMs: number | null;
  pausedMs: number;
  /** An operator (or a sink that needs one) holds the job; `standby`: the stack was stopped as planned. It goes on when neither does. */
  held: boolean;
  standby: boolean;
  /** The pause in hand was, at some time, an operator's: then `on_pause` says what it means; a planned stop alone is always a hold. */
  operatorPaused: boolean;
  stop: boolean;
  lag: boolean;
  /** A clean was asked for; `id` of the running one. Jobs that began before there was such a thing have none. */
  clean?: { mode: string | null; id: number | null; over: boolean } | null;
  /** Of a pause or stop whose parts are brought level: until when their emits are waited for, wall ms; null or absent: not begun. */
  level?: { untilMs: number; over: boolean } | null;
  paces: Pace[] | null;
  /** Instant of the last start or change, or its cut if that is later (wall µs). */
  sinceUs: number;
  skipped: { batches: number; events: number }[];
  reason: string | null;
  journal: JournalEntry[];
  startedAtMs: number;
  finishedAtMs: number | null;
  /** The sink is to be written to, so that it does not forget. */
  touch?: boolean;
  /** End of the present span, wall µs: all emits end there, so that the job can come to rest. */
  spanEndUs: number;
}

export const fresh = (plan: NamedPlan, nowMs: number): MachineState => ({
  plan,
  phase: 'running',
  timeline: plan.startUs === null ? [] : (plan.timeline ?? begin(plan.streams, plan.startUs)),
  startUs: plan.startUs,
  home: null,
  begun: false,
  generation: 0,
  parts: plan.streams.flatMap((_, stream) =>
    Array.from({ length: plan.shards }, (_, shard) => ({ stream, shard, next: shard, totals: noTotals(), running: null, answer: null })),
  ),
  nextId: 1,
  settling: {},
  settled: false,
  blocked: false,
  pausedAtMs: null,
  pausedMs: 0,
  held: false,
  standby: false,
  operatorPaused: false,
  stop: false,
  lag: false,
  paces: null,
  sinceUs: Math.max(nowMs * 1000, ...(plan.timeline ?? []).map(({ atUs }) => atUs)),
  skipped: plan.streams.map(() => ({ batches: 0, events: 0 })),
  reason: null,
  journal: [],
  startedAtMs: nowMs,
  finishedAtMs: null,
  spanEndUs: 0,
});
