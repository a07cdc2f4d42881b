/** Everything together: virtual time, two workers, one job, one sink, and the things that can happen next. Who decides what happens is in `explore.ts`. */
import type { Part, Place } from '../../workflows/messages';
import { Checker } from './checker';
import { BEGIN_MS, planOf, type Config } from './config';
import type { Project } from './project';
import type { Listener, Site } from './site';
import { siteOf } from './sites';
import { stage } from './stage';
import { resetNames } from './surroundings';
import { Target } from './target';
import { Temporal, type Activity } from './temporal';
import { Attempt, Worker } from './worker';
import { Workflow, type Operation } from './workflow';

/** What happened in a run, for the report. */
export const SEEN = [
  'kill',
  'frozen',
  'zombie',
  'zombie acts',
  'pause',
  'standby',
  'hold',
  'skip',
  'pace',
  'lag',
  'clean',
  'continued',
  'lost',
  'rotation',
  'folders',
  'http',
  'begun',
  'touch',
  'clean of a paused job',
  'stopped level',
] as const;
export type Seen = (typeof SEEN)[number];

export class World {
  readonly workers: Worker[];
  attempts: Attempt[] = [];
  readonly temporal = new Temporal();
  readonly check: Checker;
  readonly sink: Site;
  /** Of the sink `http`. What was lost may be sent again with other bytes. */
  readonly target = new Target((text) => {
    if (!this.check.lossy) this.check.fail(text);
  });
  readonly workflow: Workflow;
  readonly seen = new Set<Seen>();
  trace: string[] | null = null;
  /** Begin of the fair phase; null: not yet. */
  fairSinceMs: number | null = null;

  constructor(
    readonly config: Config,
    readonly project: Project,
    trace = false,
  ) {
    if (trace) this.trace = [];
    resetNames();
    const { streams, job, run } = planOf(config);
    const parts = streams.flatMap(({ name }) =>
      Array.from({ length: config.shards }, (_, shard) => ({ job, run, stream: name, shard, shards: config.shards })),
    );
    this.check = new Checker(this);
    this.sink = siteOf(config, parts, this.listener(), this.target);
    stage.enter({ files: this.sink.files, target: this.target }, BEGIN_MS);
    this.workers = config.skew.map((skew, i) => new Worker(`W${i}`, skew * config.unitMs, project, this.sink.files, config));
    this.workflow = new Workflow(project, config, this.temporal, this.nowMs, this.check);
    if (config.sink !== 'disk') this.seen.add(config.sink);
  }

  private listener(): Listener {
    return {
      recorded: (part, stand, before) => {
        this.check.recorded(part, stand, before);
        if (stand.begun !== undefined) this.seen.add('begun');
      },
      committed: (part, generation, next) => {
        this.check.committed(part, generation, next);
      },
      rotated: () => this.seen.add('rotation'),
      broken: (text) => this.check.fail(text),
    };
  }

  get nowMs(): number {
    return stage.nowMs;
  }

  note(text: string | (() => string)): void {
    this.trace?.push(
      `${((this.nowMs - BEGIN_MS) / this.config.unitMs).toFixed(2).padStart(6)}  ${typeof text === 'string' ? text : text()}`,
    );
  }

  // ---- what can happen ----
  /** The wall moves on by `ms`; every process that runs sends its heartbeats, and timers that are due fire. */
  async tick(ms: number): Promise<void> {
    stage.nowMs += ms;
    if (this.fairSinceMs !== null) this.check.kept(this.fairSinceMs);
    for (const attempt of this.running) if (!attempt.ended) await this.beat(attempt);
    for (const worker of this.workers) {
      for (const timer of [...worker.timers]) {
        const attempt = timer.actor as Attempt;
        if (timer.everyMs !== null || timer.atMs > this.nowMs || attempt.frozen) continue;
        worker.timers.delete(timer);
        if (attempt.ended && !this.attempts.includes(attempt)) this.attempts.push(attempt);
        await stage.act(attempt, timer.run);
        this.after(attempt);
      }
    }
    if (this.workflow.wakeAtMs !== null && this.workflow.wakeAtMs <= this.nowMs) this.workflowTask();
  }

  workflowTask(): void {
    const before = this.workflow.state.timeline;
    const { continued } = this.workflow;
    this.check.beforeTask();
    this.workflow.task(this.nowMs);
    this.check.afterTask(before);
    if (this.workflow.state.touch === true) this.seen.add('touch');
    if (this.workflow.state.phase === 'cleaned') this.seen.add('clean of a paused job');
    const { state } = this.workflow;
    for (const { cause } of state.timeline.slice(before.length)) {
      if (cause !== 'start') this.seen.add(cause);
      this.note(`appended ${cause}`);
    }
    if (state.lag) this.seen.add('lag');
    if (this.workflow.continued > continued) this.note('continue as new');
    if (this.workflow.continued > 0) this.seen.add('continued');
    if (this.workflow.cleans) this.seen.add('clean');
    if (state.phase !== 'running') this.note(`job ${state.phase}${state.reason === null ? '' : `: ${state.reason}`}`);
  }

  signal(event: Operation): void {
    this.note(`signal ${event.type}`);
    if (event.type === 'pause' || event.type === 'standby') this.seen.add(event.type);
    this.workflow.signals.push(event);
  }

  continueAsNew(): void {
    this.note('continue as new');
    this.workflow.continueAsNew(this.nowMs);
  }

  async start(activity: Activity, worker: Worker): Promise<void> {
    const attempt = new Attempt(this.temporal, activity, worker);
    this.attempts.push(attempt);
    this.note(`${attempt.label} of part ${activity.part} starts on ${worker.name}, generation ${activity.args.generation}`);
    await attempt.start();
    this.after(attempt);
  }

  async step(attempt: Attempt, at: number): Promise<void> {
    if (this.trace !== null) this.note(`  ${attempt.label} ${attempt.gates[at]?.what.replaceAll(/\/data(\/jobs\/job\/run)?/g, '')}`);
    if (!attempt.believed) this.seen.add('zombie acts');
    await attempt.step(at);
    this.after(attempt);
  }

  async beat(attempt: Attempt): Promise<void> {
    await attempt.beat();
    this.after(attempt);
  }

  /** An attempt that has ended stays as long as something of it goes on. */
  private after(attempt: Attempt): void {
    this.check.rethrow();
    const { outcome } = attempt;
    if (outcome !== null && !attempt.told) {
      attempt.told = true;
      const listens = attempt.believed ? '' : ' (nobody listens)';
      if (outcome.ok) {
        this.note(() => `${attempt.label} returns ${JSON.stringify(outcome.result)}${listens}`);
        this.temporal.complete(attempt.activity, attempt, outcome.result);
      } else {
        const { error } = outcome;
        this.note(`${attempt.label} fails: ${error.message}${listens}`);
        if (!('code' in error) && !('type' in error)) throw error;
        const final = 'nonRetryable' in error && error.nonRetryable === true && 'type' in error;
        this.temporal.fail(attempt.activity, attempt, final ? { type: String(error.type), message: error.message } : null);
      }
    }
    if (attempt.ended && attempt.gates.length === 0) this.gone(attempt);
  }

  kill(worker: Worker): void {
    this.note(`kill -9 ${worker.name}`);
    this.seen.add('kill');
    worker.alive = false;
    worker.timers.clear();
    for (const attempt of [...this.attempts]) {
      if (attempt.process !== worker || attempt.dead) continue;
      attempt.dead = true;
      if (attempt.ended) this.gone(attempt);
    }
  }

  stop(attempt: Attempt): void {
    this.note(`${attempt.label} is stopped`);
    this.seen.add('frozen');
    attempt.frozen = true;
  }

  goOn(attempt: Attempt): void {
    this.note(`${attempt.label} goes on${attempt.believed ? '' : ' as a zombie'}`);
    attempt.frozen = false;
  }

  heartbeatTimeout(attempt: Attempt): void {
    this.note(`heartbeat time-out of ${attempt.label}`);
    if (!attempt.dead) this.seen.add('zombie');
    this.temporal.fail(attempt.activity, attempt, null);
    if (attempt.dead) this.gone(attempt);
  }

  /** The whole machine goes down, and part of what was committed is not there when it is up again. */
  lose(part: number, all: boolean): void {
    const { state } = this.workflow;
    if (this.check.lossy || state.phase !== 'running') return;
    if (!(all ? this.sink.loseAll(part) : this.sink.loseCommit(part))) return;
    this.seen.add('lost');
    const { next } = state.parts[part]!;
    this.check.lose(part, all ? state.begun : next > this.sink.committedNext(part), this.hasAnswered(part));
    this.note(`${all ? 'everything' : 'the last commit'} of part ${part} is lost, the ledger knows ${next}`);
    for (const worker of this.workers) {
      this.kill(worker);
      worker.restart();
    }
  }

  /** The settle in hand has answered for the part, so that nobody looks at it again before the next emit. */
  private hasAnswered(part: number): boolean {
    const { settled, settling, parts } = this.workflow.state;
    const running = Object.keys(settling);
    const told = this.temporal.closed.some(({ id }) => settling[id] === part);
    return settled || (running.length > 0 && parts[part]!.answer !== null) || told;
  }

  /** A look from outside: what the workflow says, if a worker can answer for it, what the heartbeats say, and what was shown before. */
  status(): void {
    if (this.workflow.cleans || this.workflow.cleaned) return;
    const base = this.workers.some(({ alive }) => alive) ? this.workflow.machine.status().parts : this.check.shown;
    const beats = this.temporal.activities.flatMap(({ state, details }) =>
      state === 'closed' || details === undefined ? [] : [flat(details)],
    );
    this.check.status(this.project.merge.furthest(base, beats, this.check.shown));
  }

  // ---- what there is to choose from ----
  get running(): Attempt[] {
    return this.attempts.filter(({ dead, frozen }) => !dead && !frozen);
  }
  get ready(): Attempt[] {
    return this.running.filter((attempt) => attempt.open.length > 0);
  }
  get scheduled(): Activity[] {
    return this.temporal.activities.filter(({ state }) => state === 'scheduled');
  }
  get silent(): Attempt[] {
    return this.attempts.filter((attempt) => attempt.dead || (attempt.frozen && attempt.believed));
  }
  get over(): boolean {
    return this.workflow.ended && this.attempts.length === 0;
  }
  /** Ms until something is to be done that only waits for the wall; null: nothing is. */
  get untilNext(): number | null {
    const waits = this.running.flatMap(({ gates, process }) => gates.map(({ fromUs }) => Math.ceil((fromUs - process.nowUs) / 1000)));
    const timers = this.workers.flatMap(({ timers }) =>
      [...timers].flatMap(({ atMs, everyMs }) => (everyMs === null ? [atMs - this.nowMs] : [])),
    );
    const { wakeAtMs } = this.workflow;
    const all = [...waits, ...timers, ...(wakeAtMs === null ? [] : [wakeAtMs - this.nowMs])].filter((ms) => ms > 0);
    return all.length === 0 ? null : Math.min(...all);
  }

  private gone(attempt: Attempt): void {
    const at = this.attempts.indexOf(attempt);
    if (at >= 0) this.attempts.splice(at, 1);
  }
}

/** Heartbeat details as the facade flattens them. */
function flat(details: unknown): Part & Place {
  const { part, next, totals } = details as { part: Part } & Place;
  return { ...part, next, totals };
}
