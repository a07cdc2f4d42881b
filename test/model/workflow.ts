/** What `workflows/generate.ts` does with the machine: events in, commands to Temporal, a wake, continue-as-new. */
import type { Machine } from '../../workflows/machine';
import type { Receipt, SettleAnswer } from '../../workflows/messages';
import type { Command, MachineEvent, MachineState, Outcome } from '../../workflows/state';
import { planOf, type Config } from './config';
import type { Project } from './project';
import type { Closed, Temporal } from './temporal';

type Operation = Exclude<MachineEvent, { type: 'emitted' | 'settled' }>;

export class Workflow {
  machine: Machine;
  /** Signals that the next task will see. */
  readonly signals: Operation[] = [];
  wakeAtMs: number | null = 0;
  private emits = 0;
  /** Id of the `clean` that follows the end. */
  cleaning: number | null = null;
  cleaned = false;

  constructor(
    private readonly project: Project,
    private readonly config: Config,
    private readonly temporal: Temporal,
    nowMs: number,
  ) {
    this.machine = new project.machine.Machine(project.state.fresh(planOf(config), nowMs));
  }

  get state(): MachineState {
    return this.machine.state;
  }

  get ended(): boolean {
    return this.state.phase !== 'running' && (this.cleaning === null || this.cleaned);
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
      if (closed.kind === 'clean') this.cleaned = true;
      else this.machine.on(eventOf(closed), nowMs);
    }
    const draining = this.emits >= this.config.history * this.state.parts.length;
    for (const command of this.machine.advance(nowMs, draining)) this.execute(command);
    this.wakeAtMs = this.machine.wakeAtMs(nowMs, draining);
    if (draining && this.wakeAtMs === null && this.machine.atRest) this.continueAsNew(nowMs);
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
        return this.temporal.schedule(command.id, command.part, { kind: 'emit', args: json(command.args) });
      case 'cancel':
        return this.temporal.cancel(command.id);
      case 'publish':
        if (this.state.phase !== 'running' && this.config.clean && this.cleaning === null) {
          this.cleaning = this.state.nextId;
          this.temporal.schedule(this.cleaning, 0, { kind: 'clean', args: { generation: this.state.generation + 1 } });
        }
    }
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
  return closed.kind === 'settle'
    ? { type: 'settled', id, outcome: outcome as Outcome<SettleAnswer> }
    : { type: 'emitted', id, outcome: outcome as Outcome<Receipt> };
}
