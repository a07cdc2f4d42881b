/**
 * The job as a state machine over plain data: events in, commands out, no Temporal and no clock. `generate.ts` drives it for real, and a model
 * checker can drive it through every interleaving. Continue-as-new is a copy of `state`.
 *
 * The rules (each prevents a failure that a model of this protocol found):
 * - the first settle alone creates folders, record and anchor; a job begins and ends with settle;
 * - gate: a change is wanted → no new emit on any part → cancel, wait for all to end → settle all parts under one new generation → change → open;
 * - an answer of settle is good until the next emit starts; receipts are merged (the later `next` wins), never added;
 * - a sink that forgets is settled before it does, paused or not;
 * - every entry of the timeline begins after one cut for the whole job (`timeline.ts`).
 */
import { changeTimeline } from './change';
import { cleaned, cleaning } from './cleaning';
import { beginLevelling, lastDueUs, levelling } from './level';
import { note } from './journal';
import { STOPPED_AS_PLANNED, type FixedPlan, type JobState, type Place, type Receipt, type SettleAnswer, type Status } from './messages';
import { START_LEAD_US } from './naming';
import { operate } from './operators';
import { moveOf, SPAN_MS, type Move } from './pacing';
import { begin, schedulesOf, type StreamSchedule } from './schedule';
import { touchAtMs, written } from './touch';
import type { Command, MachineEvent, MachineState, Outcome, PartState } from './state';

export class Machine {
  private schedules: StreamSchedule[] = [];

  constructor(readonly state: MachineState) {
    this.refresh();
  }

  on(event: MachineEvent, nowMs: number): void {
    if (event.type === 'emitted') return this.emitted(event.id, event.outcome, nowMs);
    if (event.type === 'cleaned') return cleaned(this.state, event.id, event.outcome, nowMs);
    if (event.type === 'settled') return this.answered(event.id, event.outcome, nowMs);
    if (this.state.phase === 'running' && operate(this.state, event, nowMs))
      note(this.state, event.type === 'set_pace' ? 'pace' : event.type, nowMs, event.by ?? null, 'asked for');
  }

  /** What to do now. Called after every event and at every wake; changes the state as if the commands were carried out. */
  advance(nowMs: number, draining = false): Command[] {
    const s = this.state;
    const commands: Command[] = [];
    if (s.phase !== 'running') return commands;
    if (s.clean) {
      if (s.clean.over) this.finish('cleaned', nowMs, commands);
      else commands.push(...cleaning(s, s.clean));
      return commands;
    }
    if (nowMs >= (touchAtMs(s) ?? Infinity)) Object.assign(s, { touch: true, settled: false });
    if (this.wanted(nowMs)) {
      if (levelling(s, nowMs)) return commands;
      if (!s.settled && !this.settleAll(commands)) return commands;
      if (s.touch === true) s.touch = false;
      this.begin(nowMs, commands);
      const owed = beginLevelling(s, this.schedules, nowMs);
      // What is owed is late by its nature: that is no outage.
      for (const { part, index, until } of owed) this.emit(part, index, until, null, commands);
      if (owed.length > 0) return commands;
      const done = s.parts.every((part) => this.complete(part, nowMs));
      if (s.stop || done) {
        this.finish(s.stop ? 'stopped' : 'completed', nowMs, commands);
        return commands;
      }
      if (s.held || s.standby) return commands;
      this.change(nowMs, commands);
    }
    s.parts.forEach((part, index) => this.startEmit(part, index, nowMs, draining, commands));
    return commands;
  }

  /** Wall ms of the next moment at which `advance` has something to do without an event; null: none. */
  wakeAtMs(nowMs: number, draining = false): number | null {
    const s = this.state;
    // A clean under way waits for what runs to end, and for nothing else.
    if (s.phase !== 'running' || s.clean) return null;
    if (s.level?.over === false) return s.level.untilMs;
    const touch = draining ? null : touchAtMs(s);
    const moves = this.wanted(nowMs) ? [] : s.parts.map((part) => this.move(part, nowMs, draining));
    const wakes = [...(touch === null ? [] : [touch]), ...moves.flatMap((move) => (move?.type === 'wait' ? [move.atMs] : []))];
    const atMs = Math.min(...wakes);
    return Number.isFinite(atMs) ? atMs : null;
  }

  /** Nothing runs: the moment for continue-as-new. */
  get atRest(): boolean {
    const s = this.state;
    return s.phase === 'running' && !s.clean && Object.keys(s.settling).length === 0 && s.parts.every((part) => part.running === null);
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
      settling: s.phase === 'running' && (Boolean(s.clean) || (this.asked && !s.settled && !s.blocked)),
      reason: s.reason ?? (s.standby ? STANDBY : null),
      startedAtMs: s.startedAtMs,
      finishedAtMs: s.finishedAtMs,
      pausedAtMs: s.pausedAtMs,
      pausedMs: s.pausedMs,
      timeline: s.timeline,
      parts: s.parts.map(({ stream, shard, next, totals }) => ({ stream, shard, next, totals })),
      skipped: s.skipped,
      generation: s.generation,
      home: s.home,
      held: s.held,
      standby: s.standby,
      journal: s.journal,
    };
  }

  /** Something is to be done that needs all writers to have answered. */
  private wanted(nowMs: number): boolean {
    return this.asked || this.state.parts.every((part) => part.running === null && this.complete(part, nowMs));
  }

  private get asked(): boolean {
    const s = this.state;
    return !s.begun || s.pausedAtMs !== null || s.stop || s.lag || s.paces !== null || s.touch === true;
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
      const { next, totals, begun } = outcome.result;
      part.answer = begun === undefined ? { next, totals } : { next, totals, begun };
      s.home ??= outcome.result.home;
      this.merge(part, outcome.result, nowMs);
      written(this.state, part, nowMs);
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
    else this.merge(part, outcome.result, nowMs);
    if (why === 'lagging') this.state.lag = true;
  }

  private merge(part: PartState, { next, totals }: Place, nowMs: number): void {
    if (next < part.next) return;
    if (next > part.next) written(this.state, part, nowMs);
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
    // Of many parts that are refused at once the first is noted: the journal has room for a hundred entries.
    if (!s.held || s.reason === null) note(s, 'pause', nowMs, null, reason);
    s.reason = reason;
    s.held = s.operatorPaused = true;
    s.pausedAtMs ??= nowMs;
  }

  /** The first settle has answered: what the plan leaves open is fixed. */
  private begin(nowMs: number, commands: Command[]): void {
    const s = this.state;
    if (s.begun) return;
    s.begun = true;
    note(this.state, 'start', nowMs, null, '');
    if (s.startUs === null) {
      s.startUs = nowMs * 1000 + (s.plan.streams.some(({ pace }) => pace.kind !== 'unpaced') ? START_LEAD_US : 0);
      s.timeline = begin(s.plan.streams, s.startUs);
      s.sinceUs = Math.max(s.sinceUs, nowMs * 1000);
      this.refresh();
    }
    commands.push({ type: 'publish' });
  }

  /** All parts are settled and nothing runs: now, and only now, the timeline may change. */
  private change(nowMs: number, commands: Command[]): void {
    this.state.level = null;
    if (!changeTimeline(this.state, lastDueUs(this.state, this.schedules), nowMs)) return;
    this.refresh();
    commands.push({ type: 'publish' });
  }

  private startEmit(part: PartState, index: number, nowMs: number, draining: boolean, commands: Command[]): void {
    const s = this.state;
    const move = this.move(part, nowMs, draining);
    if (move?.type !== 'emit') return;
    s.spanEndUs = move.endUs;
    this.emit(part, index, move.until, s.plan.onLag === 'catch_up' ? null : s.sinceUs, commands);
  }

  private emit(part: PartState, index: number, until: number, lagAfterUs: number | null, commands: Command[]): void {
    const s = this.state;
    if (s.home === null || s.startUs === null) return;
    s.settled = false;
    const id = s.nextId++;
    part.running = id;
    const { stream, shard, next, totals } = part;
    const plan: FixedPlan = { ...s.plan, startUs: s.startUs };
    const args = {
      plan,
      part: { stream, shard },
      generation: s.generation,
      from: next,
      until,
      spanMs: SPAN_MS,
      totals,
      timeline: s.timeline,
      lagAfterUs,
      lateFromUs: s.startedAtMs * 1000,
      home: s.home,
    };
    commands.push({ type: 'emit', id, part: index, args });
  }

  private finish(phase: 'stopped' | 'completed' | 'cleaned', nowMs: number, commands: Command[]): void {
    const s = this.state;
    if (s.pausedAtMs !== null) s.pausedMs += Math.max(0, nowMs - s.pausedAtMs);
    s.pausedAtMs = null;
    this.end(phase, null, nowMs);
    commands.push({ type: 'publish' });
  }

  private end(phase: Exclude<MachineState['phase'], 'running'>, reason: string | null, nowMs: number): void {
    Object.assign(this.state, { phase, reason, finishedAtMs: nowMs });
    note(this.state, 'end', nowMs, null, reason ?? phase);
  }

  private refresh(): void {
    this.schedules = this.state.timeline.length === 0 ? [] : schedulesOf(this.state.plan, this.state.timeline);
  }

  /** All its batches are made, and it does not wait for another pace. */
  private complete(part: PartState, nowMs: number): boolean {
    const schedule = this.schedules[part.stream];
    return schedule !== undefined && part.next >= schedule.end && nowMs * 1000 >= schedule.idleUntilUs;
  }

  /** What an idle part does now; null for one that is running or complete. */
  private move(part: PartState, nowMs: number, draining: boolean): Move | null {
    const schedule = this.schedules[part.stream];
    if (schedule === undefined || part.running !== null || this.complete(part, nowMs)) return null;
    return moveOf(schedule, part.next, nowMs, this.state.spanEndUs, draining);
  }
}

const STANDBY = `${STOPPED_AS_PLANNED}: the job goes on with the next \`evergen up\``;
const SUPERSEDED =
  'another writer with newer rights has taken over this part (a reset of this workflow, or a clean): stop this job, or resume to try again';
