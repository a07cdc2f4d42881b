/**
 * The job as a state machine over plain data: events in, commands out, no Temporal and no clock. `generate.ts` drives it for real, and a model
 * checker can drive it through every interleaving. Continue-as-new is a copy of `state`.
 *
 * The rules (each prevents a failure that a model of this protocol found):
 * - the first settle alone creates folders, record and anchor; a job begins and ends with settle;
 * - gate: a change is wanted → no new emit on any part → cancel, wait for all to end → settle all parts under one new generation → change → open;
 * - an answer of settle is good until the next emit starts; receipts are merged (the later `next` wins), never added;
 * - every entry of the timeline begins after one cut for the whole job (`timeline.ts`).
 */
import { noTotals } from './ledger';
import type { EmitArgs, FixedPlan, JobState, NamedPlan, Part, Place, Receipt, SettleAnswer, SettleArgs, Status } from './messages';
import { moveOf, SPAN_MS, type Move } from './pacing';
import { begin, schedulesOf, type Entry, type Pace, type StreamSchedule } from './schedule';
import { changePace, hold, skip } from './timeline';

export type Command =
  | { type: 'settle'; id: number; part: number; args: SettleArgs }
  | { type: 'emit'; id: number; part: number; args: EmitArgs }
  | { type: 'cancel'; id: number }
  /** Something that the manifest tells has changed: publish it. */
  | { type: 'publish' };

/** How a settle or an emit ended. Without `result` the outcome is unknown; `rejected`: an operator must act; `invalid`: the plan cannot be run. */
export type Outcome<Result> = { ok: true; result: Result } | { ok: false; kind: 'unknown' | 'rejected' | 'invalid'; message: string };

export type MachineEvent =
  | { type: 'pause' | 'resume' | 'stop'; by?: string }
  | { type: 'set_pace'; paces: Pace[]; by?: string }
  | { type: 'emitted'; id: number; outcome: Outcome<Receipt> }
  | { type: 'settled'; id: number; outcome: Outcome<SettleAnswer> };

export interface PartState extends Part, Place {
  /** Id of the running emit. */
  running: number | null;
  /** What settle answered under the present generation. */
  answer: Place | null;
}

export interface MachineState {
  plan: NamedPlan;
  phase: 'running' | 'completed' | 'stopped' | 'failed';
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
  resume: boolean;
  stop: boolean;
  lag: boolean;
  paces: Pace[] | null;
  /** Instant of the last start or change, or its cut if that is later (wall µs). */
  sinceUs: number;
  skipped: { batches: number; events: number }[];
  reason: string | null;
  startedAtMs: number;
  finishedAtMs: number | null;
  /** End of the present span, wall µs: all emits end there, so that the job can come to rest. */
  spanEndUs: number;
}

/** Time between the answer of the first settle and the first batch, for its emit to be there in time. */
const START_LEAD_US = 400_000;

export const fresh = (plan: NamedPlan, nowMs: number): MachineState => ({
  plan,
  phase: 'running',
  timeline: plan.startUs === null ? [] : begin(plan.streams, plan.startUs),
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
  resume: false,
  stop: false,
  lag: false,
  paces: null,
  sinceUs: nowMs * 1000,
  skipped: plan.streams.map(() => ({ batches: 0, events: 0 })),
  reason: null,
  startedAtMs: nowMs,
  finishedAtMs: null,
  spanEndUs: 0,
});

export class Machine {
  private schedules: StreamSchedule[] = [];

  constructor(readonly state: MachineState) {
    this.refresh();
  }

  on(event: MachineEvent, nowMs: number): void {
    const s = this.state;
    switch (event.type) {
      case 'pause':
        if (s.pausedAtMs === null && !s.stop) s.pausedAtMs = nowMs;
        s.resume = false;
        return;
      case 'resume':
        if (s.pausedAtMs !== null) s.resume = true;
        s.blocked = false;
        return;
      case 'stop':
        s.stop = true;
        s.blocked = false;
        return;
      case 'set_pace':
        s.paces = event.paces;
        return;
      case 'emitted':
        return this.emitted(event.id, event.outcome, nowMs);
      case 'settled':
        return this.answered(event.id, event.outcome, nowMs);
    }
  }

  /** What to do now. Called after every event and at every wake; changes the state as if the commands were carried out. */
  advance(nowMs: number, draining = false): Command[] {
    const s = this.state;
    const commands: Command[] = [];
    if (s.phase !== 'running') return commands;
    if (this.wanted()) {
      if (!s.settled && !this.settleAll(commands)) return commands;
      this.begin(nowMs, commands);
      const done = s.parts.every((part) => this.complete(part));
      if (s.stop || done) {
        this.finish(s.stop ? 'stopped' : 'completed', nowMs, commands);
        return commands;
      }
      if (s.pausedAtMs !== null && !s.resume) return commands;
      this.change(nowMs, commands);
    }
    s.parts.forEach((part, index) => this.startEmit(part, index, nowMs, draining, commands));
    return commands;
  }

  /** Wall ms of the next moment at which `advance` has something to do without an event; null: none. */
  wakeAtMs(nowMs: number, draining = false): number | null {
    const s = this.state;
    if (s.phase !== 'running' || this.wanted()) return null;
    const moves = s.parts.map((part) => this.move(part, nowMs, draining));
    const wakes = moves.flatMap((move) => (move?.type === 'wait' ? [move.atMs] : []));
    return wakes.length === 0 ? null : Math.min(...wakes);
  }

  /** Nothing runs: the moment for continue-as-new. */
  get atRest(): boolean {
    const s = this.state;
    return s.phase === 'running' && Object.keys(s.settling).length === 0 && s.parts.every((part) => part.running === null);
  }

  get jobState(): JobState {
    const { phase, stop, pausedAtMs } = this.state;
    if (phase !== 'running') return phase;
    return stop ? 'stopping' : pausedAtMs !== null ? 'paused' : 'running';
  }

  status(): Status {
    const s = this.state;
    return {
      plan: { ...s.plan, startUs: s.startUs },
      state: this.jobState,
      settling: this.wanted() && !s.settled && s.phase === 'running',
      reason: s.reason,
      startedAtMs: s.startedAtMs,
      finishedAtMs: s.finishedAtMs,
      pausedAtMs: s.pausedAtMs,
      pausedMs: s.pausedMs,
      timeline: s.timeline,
      parts: s.parts.map(({ stream, shard, next, totals }) => ({ stream, shard, next, totals })),
      skipped: s.skipped,
      generation: s.generation,
    };
  }

  /** Something is to be done that needs all writers to have answered. */
  private wanted(): boolean {
    const s = this.state;
    return (
      !s.begun ||
      s.pausedAtMs !== null ||
      s.stop ||
      s.lag ||
      s.paces !== null ||
      s.parts.every((part) => part.running === null && this.complete(part))
    );
  }

  /** True when every part is fenced and has answered. Cancels, waits for the emits to end, then settles all parts under the next generation. */
  private settleAll(commands: Command[]): boolean {
    const s = this.state;
    if (s.blocked || Object.keys(s.settling).length > 0) return false;
    const running = s.parts.flatMap(({ running }) => (running === null ? [] : [running]));
    if (running.length > 0) {
      commands.push(...running.map((id) => ({ type: 'cancel' as const, id })));
      return false;
    }
    s.generation++;
    s.parts.forEach((part, index) => {
      const id = s.nextId++;
      part.answer = null;
      s.settling[id] = index;
      const { stream, shard, next, totals } = part;
      commands.push({
        type: 'settle',
        id,
        part: index,
        args: { plan: s.plan, part: { stream, shard }, generation: s.generation, next, totals, fresh: !s.begun, home: s.home },
      });
    });
    return false;
  }

  private answered(id: number, outcome: Outcome<SettleAnswer>, nowMs: number): void {
    const s = this.state;
    const part = s.parts[s.settling[id] ?? -1];
    s.settling = Object.fromEntries(Object.entries(s.settling).filter(([running]) => running !== String(id)));
    if (part === undefined) return;
    if (outcome.ok && outcome.result.why === 'settled') {
      part.answer = { next: outcome.result.next, totals: outcome.result.totals };
      s.home ??= outcome.result.home;
      this.merge(part, outcome.result);
    } else if (!outcome.ok && outcome.kind === 'invalid') {
      this.end('failed', outcome.message, nowMs);
    } else {
      this.block(outcome.ok ? (outcome.result.detail ?? SUPERSEDED) : outcome.message, nowMs);
    }
    if (Object.keys(s.settling).length === 0 && s.parts.every(({ answer }) => answer !== null)) s.settled = true;
  }

  private emitted(id: number, outcome: Outcome<Receipt>, nowMs: number): void {
    const part = this.state.parts.find(({ running }) => running === id);
    if (part === undefined) return;
    part.running = null;
    if (!outcome.ok) {
      if (outcome.kind === 'invalid') this.end('failed', outcome.message, nowMs);
      if (outcome.kind === 'rejected') this.pauseFor(outcome.message, nowMs);
      return;
    }
    const { why, detail } = outcome.result;
    if (why === 'lost' || why === 'superseded') this.pauseFor(detail ?? SUPERSEDED, nowMs);
    else this.merge(part, outcome.result);
    if (why === 'lagging') this.state.lag = true;
  }

  private merge(part: PartState, { next, totals }: Place): void {
    if (next < part.next) return;
    part.next = next;
    part.totals = totals;
  }

  /** A settle was refused: the job waits, paused, until an operator has acted; a stop ends here. */
  private block(reason: string, nowMs: number): void {
    const s = this.state;
    if (s.stop) return this.end('failed', reason, nowMs);
    s.blocked = true;
    this.pauseFor(reason, nowMs);
  }

  private pauseFor(reason: string, nowMs: number): void {
    const s = this.state;
    s.reason = reason;
    s.resume = false;
    s.pausedAtMs ??= nowMs;
  }

  /** The first settle has answered: what the plan leaves open is fixed. */
  private begin(nowMs: number, commands: Command[]): void {
    const s = this.state;
    if (s.begun) return;
    s.begun = true;
    if (s.startUs === null) {
      s.startUs = nowMs * 1000 + START_LEAD_US;
      s.timeline = begin(s.plan.streams, s.startUs);
      s.sinceUs = Math.max(s.sinceUs, nowMs * 1000);
      this.refresh();
    }
    commands.push({ type: 'publish' });
  }

  /** All parts are settled and nothing runs: now, and only now, the timeline may change. */
  private change(nowMs: number, commands: Command[]): void {
    const s = this.state;
    const nowUs = nowMs * 1000;
    const lastDueUs = Math.max(-Infinity, ...s.parts.map((part) => this.lastDueUs(part)));
    const paused = s.pausedAtMs !== null;
    const policy = paused ? s.plan.onPause : s.lag ? s.plan.onLag : 'catch_up';
    const instantUs = Math.max(paused && s.pausedAtMs !== null ? s.pausedAtMs * 1000 : -Infinity, s.sinceUs);
    const cutUs = Math.max(instantUs, lastDueUs);
    const before = s.timeline;
    if (policy === 'hold') this.append(hold(s.plan, s.timeline, cutUs, nowUs));
    if (policy === 'skip') {
      const { entries, passed } = skip(s.plan, s.timeline, cutUs, nowUs);
      passed.forEach((more, stream) => {
        const so = s.skipped[stream] ?? { batches: 0, events: 0 };
        s.skipped[stream] = { batches: so.batches + more.batches, events: so.events + more.events };
      });
      this.append(entries);
    }
    if (s.paces !== null) this.append(changePace(s.plan, s.timeline, Math.max(nowUs, lastDueUs, s.sinceUs), nowUs, s.paces));
    if (s.pausedAtMs !== null) s.pausedMs += Math.max(0, nowMs - s.pausedAtMs);
    Object.assign(s, { pausedAtMs: null, resume: false, lag: false, paces: null, reason: null });
    s.sinceUs = Math.max(nowUs, lastDueUs, s.sinceUs);
    if (s.timeline !== before) commands.push({ type: 'publish' });
  }

  private append(entries: readonly Entry[]): void {
    this.state.timeline = [...this.state.timeline, ...entries];
    this.refresh();
  }

  private startEmit(part: PartState, index: number, nowMs: number, draining: boolean, commands: Command[]): void {
    const s = this.state;
    const move = this.move(part, nowMs, draining);
    if (move?.type !== 'emit' || s.home === null || s.startUs === null) return;
    s.spanEndUs = move.endUs;
    s.settled = false;
    const id = s.nextId++;
    part.running = id;
    const { stream, shard, next, totals } = part;
    const plan: FixedPlan = { ...s.plan, startUs: s.startUs };
    const lagAfterUs = s.plan.onLag === 'catch_up' ? null : s.sinceUs;
    const args = {
      plan,
      part: { stream, shard },
      generation: s.generation,
      from: next,
      until: move.until,
      spanMs: SPAN_MS,
      totals,
      timeline: s.timeline,
      lagAfterUs,
      home: s.home,
    };
    commands.push({ type: 'emit', id, part: index, args });
  }

  private finish(phase: 'stopped' | 'completed', nowMs: number, commands: Command[]): void {
    const s = this.state;
    if (s.pausedAtMs !== null) s.pausedMs += Math.max(0, nowMs - s.pausedAtMs);
    s.pausedAtMs = null;
    this.end(phase, null, nowMs);
    commands.push({ type: 'publish' });
  }

  private end(phase: 'completed' | 'stopped' | 'failed', reason: string | null, nowMs: number): void {
    Object.assign(this.state, { phase, reason, finishedAtMs: nowMs });
  }

  private refresh(): void {
    this.schedules = this.state.timeline.length === 0 ? [] : schedulesOf(this.state.plan, this.state.timeline);
  }

  private complete(part: PartState): boolean {
    const schedule = this.schedules[part.stream];
    return schedule !== undefined && part.next >= schedule.end;
  }

  /** What an idle part does now; null for one that is running or complete. */
  private move(part: PartState, nowMs: number, draining: boolean): Move | null {
    const schedule = this.schedules[part.stream];
    if (schedule === undefined || part.running !== null || this.complete(part)) return null;
    return moveOf(schedule, part.next, nowMs, this.state.spanEndUs, draining);
  }

  /** Due instant of the last batch that the part has committed; unpaced batches have none. */
  private lastDueUs(part: PartState): number {
    const schedule = this.schedules[part.stream];
    const last = (part.answer?.next ?? part.next) - this.state.plan.shards;
    return schedule?.paced === true && last >= 0 ? schedule.batch(last).dueUs : -Infinity;
  }
}

const SUPERSEDED =
  'another writer with newer rights has taken over this part (a reset of this workflow, or a clean): stop this job, or resume to try again';
