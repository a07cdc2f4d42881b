/** Carries out the steps of the plan: each is in the journal before it happens. Signals go to processes of the soak's own stack alone, by id and start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, pidOf } from '../../temporal/processes';
import { stillFrozen, type SoakJournal } from './journal';
import type { Operator } from './operator';
import type { OwnStack } from './own-stack';
import type { Step } from './plan';
import type { Watch } from './watch';
import { attack, type ZombieHands } from './zombie';

export interface Hands {
  readonly stack: OwnStack;
  readonly operator: Operator;
  readonly journal: SoakJournal;
  readonly watch: Watch;
  /** Process ids of the workers that have the job in hand; null: not known. */
  busy(): Promise<readonly number[] | null>;
  /** Aborted when the driver is told to end: what is stopped goes on at once. */
  readonly ending: AbortSignal;
}

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

/** A process that was killed a moment ago is waited for: its successor is the victim. */
const VICTIM_MS = 15_000;
/** For a successor to be ready. */
const BACK_MS = 60_000;

export class Disturber {
  private readonly going = new Set<Promise<void>>();
  /** Operators speak one after the other, processes fall side by side. */
  private speaking: Promise<void> = Promise.resolve();
  /** Kills whose recovery is awaited: the part and who it was. */
  private readonly killed = new Map<number, { part: string; identity: string; at: number }>();

  constructor(private readonly hands: ZombieHands) {}

  /** Returns at once; `settled` waits. */
  begin(step: Step): void {
    const work = this.perform(step).catch((error: unknown) => {
      this.hands.journal.write({ type: 'missed', n: step.n, why: error instanceof Error ? error.message : String(error) });
    });
    this.going.add(work);
    void work.then(() => this.going.delete(work));
  }

  /** Resolves when nobody is stopped or paused any more. */
  async settled(): Promise<void> {
    while (this.going.size > 0) await Promise.all(this.going);
  }

  /** Told by the watch. */
  recovered(n: number, at: number): void {
    const victim = this.killed.get(n);
    if (victim === undefined) return;
    this.killed.delete(n);
    const record = this.hands.stack.record();
    const ready = Date.parse(record?.ready_at[victim.part] ?? '');
    const replaced = record !== null && record.parts[victim.part] !== victim.identity && ready > victim.at;
    this.hands.journal.write({ type: 'recovered', at, n, readyAt: replaced ? ready : null });
  }

  private perform(step: Step): Promise<void> {
    if (step.kind === 'kill') return this.kill(step);
    if (step.kind === 'freeze') return this.freeze(step);
    const turn = this.speaking.then(() => {
      if (step.kind === 'zombie') return attack(step, this.hands);
      return step.kind === 'pause' ? this.pause(step) : this.pace(step);
    });
    this.speaking = turn.catch(() => undefined);
    return turn;
  }

  private async kill({ n, victim, part }: StepOf<'kill'>): Promise<void> {
    const { stack, journal, watch } = this.hands;
    const pids = victim === 'worker' ? await this.hands.busy() : null;
    const identity = await this.find(part);
    const busy = pids === null ? null : pids.includes(pidOf(identity));
    const spare = victim === 'worker' ? { spare: this.spare(part) } : {};
    const { at } = journal.write({ type: 'kill', n, victim, part, identity, busy, ...spare });
    stack.signal(identity, 'SIGKILL');
    this.killed.set(n, { part, identity, at });
    // What it had committed before is no recovery.
    await watch.look();
    watch.expect(n);
    await this.back(n, part, identity, at);
  }

  /** Notes when the successor is ready. */
  private async back(n: number, part: string, identity: string, killedAt: number): Promise<void> {
    for (const until = killedAt + BACK_MS; Date.now() < until && !this.hands.ending.aborted; await sleep(50)) {
      const record = this.hands.stack.record();
      const ready = Date.parse(record?.ready_at[part] ?? '');
      if (record === null || record.parts[part] === identity || !(ready > killedAt)) continue;
      this.hands.journal.write({ type: 'back', at: ready, n });
      return;
    }
  }

  /** Whether a worker besides this one is there to go on: ready since it was killed last, and not stopped. */
  private spare(part: string): boolean {
    const { stack, journal } = this.hands;
    const stopped = new Set(stillFrozen(journal.entries).map(({ identity }) => identity));
    const killedAt = (name: string) => journal.entries.findLast((entry) => entry.type === 'kill' && entry.part === name)?.at ?? 0;
    const record = stack.record();
    return Object.entries(record?.parts ?? {}).some(
      ([name, identity]) =>
        name.startsWith('worker') &&
        name !== part &&
        isAlive(identity) &&
        !stopped.has(identity) &&
        Date.parse(record?.ready_at[name] ?? '') > killedAt(name),
    );
  }

  private async freeze({ n, victim, part, forMs }: StepOf<'freeze'>): Promise<void> {
    const { stack, journal, ending } = this.hands;
    const identity = await this.find(part);
    journal.write({ type: 'freeze', n, victim, part, identity });
    stack.signal(identity, 'SIGSTOP');
    await sleep(forMs, undefined, { signal: ending }).catch(() => undefined);
    stack.signal(identity, 'SIGCONT');
    journal.write({ type: 'thaw', n });
  }

  private async pause({ n, forMs }: StepOf<'pause'>): Promise<void> {
    const { operator, journal, ending } = this.hands;
    journal.write({ type: 'pause', n });
    if (await operator.say('pause')) {
      await sleep(forMs, undefined, { signal: ending }).catch(() => undefined);
      if (!ending.aborted) await operator.say('resume');
    }
    if (!ending.aborted) journal.write({ type: 'resume', n });
  }

  private async pace({ n, pace }: StepOf<'pace'>): Promise<void> {
    this.hands.journal.write({ type: 'pace', n, ok: await this.hands.operator.setPace(pace) });
  }

  /** Who has this place now. @throws Error when nobody has for `VICTIM_MS` */
  private async find(part: string): Promise<string> {
    for (const until = Date.now() + VICTIM_MS; Date.now() < until && !this.hands.ending.aborted; await sleep(25)) {
      const identity = this.hands.stack.record()?.parts[part];
      if (identity !== undefined && isAlive(identity)) return identity;
    }
    throw new Error(`there was no ${part} to be found`);
  }
}
