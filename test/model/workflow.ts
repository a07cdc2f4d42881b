/** What `workflows/generate.ts` does with the machine: events in, commands to Temporal, a wake, continue-as-new. */
import type { Machine } from '../../workflows/machine';
import type { CleanAnswer, Receipt, SettleAnswer } from '../../workflows/messages';
import type { Command, MachineEvent, MachineState, Outcome } from '../../workflows/state';
import { planOf, type Config } from './config';
import type { Project } from './project';
import type { Closed, Temporal } from './temporal';

/** What operators and the stack say. */
export type Operation = Exclude<MachineEvent, { type: 'emitted' | 'settled' | 'cleaned' }>;

/** Told of what the checker keeps books on. */
export interface Watcher {
  emits(generation: number): void;
  settled(part: number, generation: number): void;
  lags(): void;
}

export class Workflow {
  machine: Machine;
  /** Signals that the next task will see. */
  readonly signals: Operation[] = [];
  wakeAtMs: number | null = 0;
  private emits = 0;
  /** Id of the `clean` that follows the end; what it has answered. */
  private cleaning: number | null = null;
  private answer: Closed | null = null;

  constructor(
    private readonly project: Project,
    private readonly config: Config,
    private readonly temporal: Temporal,
    nowMs: number,
    private readonly watcher: Watcher,
  ) {
    this.machine = new project.machine.Machine(project.state.fresh(planOf(config), nowMs));
  }

  get state(): MachineState {
    return this.machine.state;
  }

  get ended(): boolean {
    return this.state.phase !== 'running' && (this.cleaning === null || this.answer !== null);
  }

  /** Data is being deleted, or was. */
  get cleans(): boolean {
    return this.cleaning !== null || Boolean(this.state.clean);
  }

  /** The data of the job is gone: of a paused one, or of one that had ended. */
  get cleaned(): boolean {
    return this.state.phase === 'cleaned' || (this.answer?.ok === true && (this.answer.result as CleanAnswer).over);
  }

  /** A clean after the end was refused. */
  get refused(): boolean {
    return this.answer?.ok === false;
  }

  get hasEvents(): boolean {
    return this.signals.length > 0 || this.temporal.closed.length > 0;
  }

  get pausedAndSettled(): boolean {
    const { phase, pausedAtMs, settled, stop } = this.state;
    return phase === 'running' && pausedAtMs !== null && settled && !stop;
  }

  /** One workflow task: everything that has happened, then the commands. */
  task(nowMs: number): void {
    for (const event of this.signals.splice(0)) this.machine.on(event, nowMs);
    for (const closed of this.temporal.closed.splice(0)) {
      if (closed.id === this.cleaning) this.answer = closed;
      else this.hear(eventOf(closed), nowMs);
    }
    const draining = this.emits >= this.config.history * this.state.parts.length;
    for (const command of this.machine.advance(nowMs, draining)) this.execute(command);
    this.wakeAtMs = this.machine.wakeAtMs(nowMs, draining);
    if (draining && this.wakeAtMs === null && this.machine.atRest) this.continueAsNew(nowMs);
  }

  private hear(event: MachineEvent, nowMs: number): void {
    const { settling, generation } = this.state;
    if (event.type === 'settled' && event.outcome.ok && event.outcome.result.why === 'settled')
      this.watcher.settled(settling[event.id] ?? -1, generation);
    if (event.type === 'emitted' && event.outcome.ok && event.outcome.result.why === 'lagging') this.watcher.lags();
    this.machine.on(event, nowMs);
  }

  /** Only while everything is at rest. The new execution begins with a task of its own. */
  continueAsNew(nowMs: number): void {
    this.machine = new this.project.machine.Machine(JSON.parse(JSON.stringify(this.state)) as MachineState);
    this.emits = 0;
    this.continued++;
    this.wakeAtMs = nowMs;
  }
  continued = 0;

  private execute(command: Command): void {
    switch (command.type) {
      case 'settle':
        return this.temporal.schedule(command.id, command.part, { kind: 'settle', args: json(command.args) });
      case 'emit':
        this.emits++;
        this.watcher.emits(command.args.generation);
        return this.temporal.schedule(command.id, command.part, { kind: 'emit', args: json(command.args) });
      case 'cancel':
        return this.temporal.cancel(command.id);
      case 'clean':
        return this.temporal.schedule(command.id, 0, { kind: 'clean', args: json(command.args) });
      case 'publish':
        if (this.config.clean && this.cleaning === null && ['stopped', 'completed'].includes(this.state.phase)) this.cleanAfterEnd();
    }
  }

  /** What the workflow `clean` does: with a generation above all of the run's writers'. */
  private cleanAfterEnd(): void {
    const { nextId, plan, generation, home } = this.state;
    this.cleaning = nextId;
    this.temporal.schedule(nextId, 0, { kind: 'clean', args: json({ plan, generation: generation + 1, mode: null, home }) });
  }
}

/** Arguments go by way of JSON. */
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const KINDS: Readonly<Record<string, 'rejected' | 'invalid'>> = { SinkRejected: 'rejected', InvalidJob: 'invalid' };

function eventOf(closed: Closed): MachineEvent {
  const { id } = closed;
  const outcome: Outcome<unknown> = closed.ok
    ? { ok: true, result: closed.result }
    : { ok: false, kind: KINDS[closed.failure?.type ?? ''] ?? 'unknown', message: closed.failure?.message ?? 'no receipt' };
  switch (closed.kind) {
    case 'settle':
      return { type: 'settled', id, outcome: outcome as Outcome<SettleAnswer> };
    case 'emit':
      return { type: 'emitted', id, outcome: outcome as Outcome<Receipt> };
    case 'clean':
      return { type: 'cleaned', id, outcome: outcome as Outcome<CleanAnswer> };
  }
}
