/**
 * Directed attacks: a worker is stopped in the middle of something, operators pause and resume the job meanwhile, so that its batches get other instants,
 * its successor goes on, and then it wakes up with what it had in hand, cut off from Temporal. Random instants bring this order about once in days.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, pidOf } from '../../temporal/processes';
import type { CommittedReader } from './committed';
import type { Hands } from './disturb';
import type { Dues } from './due';
import type { Step } from './plan';

type ZombieStep = Extract<Step, { kind: 'zombie' }>;

/** What an attack needs besides. */
export interface ZombieHands extends Hands {
  readonly reader: CommittedReader;
  /** By the timeline as it is now. */
  dues(): Promise<Dues>;
  /** The job has ended. */
  over(): boolean;
}

/** For a commit that is half there. */
const PROWL_MS = 4_000;
/** A due instant that is further away is not waited for. */
const AHEAD_MS = 2_000;
/** For the job to come to rest: a heartbeat time-out, several where other workers fall, too. */
const REST_MS = 30_000;
/** For the successor to commit. */
const SUCCESSOR_MS = 15_000;
/** For an emit to be handed out. */
const HANDED_MS = 5_000;
const TRIES = 6;
/** After a due instant: by then the pause is in force, or all that was due is made. */
const EMPTY_HANDED_MS = 700;

export async function attack(step: ZombieStep, hands: ZombieHands): Promise<void> {
  if (hands.over()) throw new Error('the job had ended');
  hands.journal.write({ type: 'zombie', n: step.n, where: step.where });
  const one = new Attack(step, hands);
  let met = false;
  try {
    if (step.where === 'opening') met = await one.beforeItOpens();
    else met = step.where === 'between' ? await one.betweenTwoParts() : await one.atWork();
  } finally {
    await one.wake();
    if (!hands.ending.aborted) hands.journal.write({ type: 'woken', n: step.n, met });
  }
}

class Attack {
  private zombie: string | null = null;
  private paused = false;

  constructor(
    private readonly step: ZombieStep,
    private readonly hands: ZombieHands,
  ) {}

  /** @returns whether it was stopped where it was to be, and others went on */
  async atWork(): Promise<boolean> {
    const zombie = await this.find();
    this.stop(zombie);
    const { halfDone } = this.hands.reader;
    const there = this.step.where === 'anywhere' || (halfDone !== null && (await this.prowl(zombie, halfDone, Date.now() + PROWL_MS)));
    this.hands.stack.signal(zombie, 'SIGSTOP');
    await this.justBeforeABatch();
    return (await this.pause()) && (await this.goOn()) && there;
  }

  /** One stream has made a batch that is due after the pause, another not: whoever cuts them one by one tears them apart. */
  async betweenTwoParts(): Promise<boolean> {
    const { hands, step } = this;
    const zombie = await this.find();
    const dues = await hands.dues();
    const uneven = async () => dues.uneven(await hands.reader.read());
    const due = await this.justBeforeABatch();
    this.stop(zombie);
    hands.stack.signal(zombie, 'SIGCONT');
    hands.journal.write({ type: 'pause', n: step.n });
    this.paused = true;
    const asked = hands.operator.say('pause');
    asked.catch(() => undefined);
    await this.rest(due - Date.now());
    const there = await this.prowl(zombie, uneven, due + EMPTY_HANDED_MS);
    if (!(await asked)) return this.over();
    return (await this.pause()) && (await this.goOn()) && there;
  }

  /** Its emit is handed out to it while it stands still: what it opens later is an older generation's. */
  async beforeItOpens(): Promise<boolean> {
    const zombie = await this.find();
    if (!(await this.pause())) return false;
    this.stop(zombie);
    for (let i = 0; i < TRIES; i++) {
      if (!(await this.resume())) return false;
      const handed = await this.handed(pidOf(zombie));
      if (!(await this.pause())) return false;
      if (handed) return this.goOn();
    }
    await this.resume();
    return false;
  }

  /** Whatever has come in between, nobody stands still or is paused after this. */
  async wake(): Promise<void> {
    try {
      if (this.paused && !this.hands.ending.aborted) await this.resume();
    } finally {
      await this.thaw();
    }
  }

  private async thaw(): Promise<void> {
    const { hands, zombie, step } = this;
    if (zombie === null) return;
    const temporal = hands.ending.aborted || step.cutOffMs === 0 ? undefined : hands.stack.record()?.parts['temporal'];
    if (temporal !== undefined) this.signal(temporal, 'temporal');
    hands.stack.signal(zombie, 'SIGCONT');
    hands.journal.write({ type: 'thaw', n: step.n, identity: zombie });
    if (temporal === undefined) return;
    await this.rest(step.cutOffMs);
    hands.stack.signal(temporal, 'SIGCONT');
    hands.journal.write({ type: 'thaw', n: step.n, identity: temporal });
  }

  /** A worker that has the job in hand. */
  private async find(): Promise<string> {
    for (const until = Date.now() + SUCCESSOR_MS; Date.now() < until && !this.hands.ending.aborted; await sleep(50)) {
      if (this.hands.over()) throw new Error('the job had ended');
      const pids = (await this.hands.busy()) ?? [];
      const parts = Object.values(this.hands.stack.record()?.parts ?? {});
      const busy = parts.filter((identity) => pids.includes(pidOf(identity)) && isAlive(identity));
      const zombie = busy[this.step.pick % Math.max(1, busy.length)];
      if (zombie !== undefined) return zombie;
    }
    throw new Error('no worker was found at work');
  }

  private stop(zombie: string): void {
    this.signal(zombie, 'worker');
    this.zombie = zombie;
  }

  private signal(identity: string, victim: string): void {
    const { stack, journal } = this.hands;
    const [part = victim] = Object.entries(stack.record()?.parts ?? {}).find(([, of]) => of === identity) ?? [];
    journal.write({ type: 'freeze', n: this.step.n, victim, part, identity });
    stack.signal(identity, 'SIGSTOP');
  }

  /** Lets it go on for a moment and stops it again until it stands at the right place. @returns false when it goes on */
  private async prowl(zombie: string, there: () => Promise<boolean>, until: number): Promise<boolean> {
    const { stack, ending } = this.hands;
    while (Date.now() < until && !ending.aborted) {
      stack.signal(zombie, 'SIGSTOP');
      await sleep(2);
      // Twice: another's commit, or a call that the kernel had begun, is done by then.
      if ((await there()) && (await sleep(50, true)) && (await there())) return true;
      stack.signal(zombie, 'SIGCONT');
      await sleep(2 + (this.step.pick % 4));
    }
    return false;
  }

  /** @returns when it is due */
  private async justBeforeABatch(): Promise<number> {
    const { aheadMs } = this.step;
    const due = (await this.hands.dues()).after(this.hands.watch.parts, Date.now() + aheadMs);
    if (due === null || due - Date.now() > AHEAD_MS) return Date.now();
    await this.rest(due - aheadMs - Date.now());
    return due;
  }

  private async handed(pid: number): Promise<boolean> {
    for (const until = Date.now() + HANDED_MS; Date.now() < until; await sleep(50)) {
      const pids = (await this.hands.busy()) ?? [];
      if (pids.length > 0) return pids.includes(pid);
    }
    return false;
  }

  /** @returns false when the job has ended */
  private async pause(): Promise<boolean> {
    const { operator, journal, reader, ending } = this.hands;
    if (!this.paused) {
      journal.write({ type: 'pause', n: this.step.n });
      this.paused = true;
      if (!(await operator.say('pause'))) return this.over();
    }
    for (const until = Date.now() + REST_MS; Date.now() < until && !ending.aborted; await sleep(50)) {
      const job = await operator.look();
      if (job === null || job.state !== 'paused' || job.settling) continue;
      for (const name of await reader.excess())
        journal.write({ type: 'violation', text: `${name} holds more than is committed while the job is paused and settled` });
      return true;
    }
    throw new Error(`the job did not come to rest within ${String(REST_MS / 1000)} s`);
  }

  private async resume(): Promise<boolean> {
    const { operator, journal, ending } = this.hands;
    if (ending.aborted) return false;
    const going = await operator.say('resume');
    journal.write({ type: 'resume', n: this.step.n });
    this.paused = false;
    return going;
  }

  private over(): false {
    this.hands.journal.write({ type: 'resume', n: this.step.n });
    this.paused = false;
    return false;
  }

  /** @returns whether every part has committed what is due after the resume before the zombie wakes up: batches from before have the same bytes */
  private async goOn(): Promise<boolean> {
    const { reader, ending, dues } = this.hands;
    await this.rest(this.step.restMs);
    const resumedAt = Date.now();
    if (!(await this.resume())) return false;
    for (const until = Date.now() + SUCCESSOR_MS; Date.now() < until && !ending.aborted; await sleep(reader.everyMs.eager)) {
      if (this.hands.over()) return false;
      const [now, due] = await Promise.all([reader.read().catch(() => []), dues()]);
      if (now.length === 0 || !now.every((_, i) => due.madeAfter(now, i, resumedAt))) continue;
      await this.rest(this.step.sleepOnMs);
      return true;
    }
    return false;
  }

  private async rest(ms: number): Promise<void> {
    await sleep(Math.max(0, ms), undefined, { signal: this.hands.ending }).catch(() => undefined);
  }
}
