/** A worker process, and what runs in it: attempts of activities, with Temporal's context, a clock and the sink of that process. */
import type { Writers } from '../../activities/writers';
import type { Sink } from '../../src/sinks/sink';
import type { Config } from './config';
import type { MemoryFiles } from './memory-files';
import type { Project } from './project';
import { stage, type Actor, type Surroundings, type Timer } from './stage';
import type { Activity, Temporal } from './temporal';

export const DATA_DIR = '/data';

export class Worker implements Surroundings {
  alive = true;
  timers = new Set<Timer>();
  private writers!: Writers;
  private sink!: Sink;

  constructor(
    readonly name: string,
    /** How far its clock is wrong, ms. */
    private readonly skewMs: number,
    private readonly project: Project,
    private readonly files: MemoryFiles,
    private readonly config: Config,
  ) {
    this.restart();
  }

  get nowUs(): number {
    return (stage.nowMs + this.skewMs) * 1000;
  }

  /** A new process, if there is none: nothing of the old one is left. */
  restart(): void {
    this.alive = true;
    this.timers = new Set();
    this.writers = new this.project.writers.Writers();
    this.sink = this.openSink();
  }

  private openSink(): Sink {
    const { project, files, config } = this;
    const deps = { dataDir: DATA_DIR, env: { HTTP_URL: 'http://127.0.0.1/' } };
    switch (config.sink) {
      case 'disk':
        return project.disk.createDisk({}, deps, files, config.fileLimit);
      case 'folders':
        return project.folders.createFolders({ mode: 'production' }, deps, files, () => stage.nowMs);
      case 'http':
        return project.http.createHttp(project.http.http.options.parse({ concurrency: 2 }), deps);
    }
  }

  run(activity: Activity): Promise<unknown> {
    const { sink, writers } = this;
    const deps = { clock: () => this.clock(), sinkOf: () => sink, dataDir: DATA_DIR };
    switch (activity.kind) {
      case 'settle':
        return this.project.settle.settle(deps, writers, activity.args);
      case 'emit':
        return this.project.emit.emit(deps, writers, activity.args);
      case 'clean':
        return this.project.clean.clean(deps, writers, activity.args);
    }
  }

  private clock() {
    return { nowUs: () => this.nowUs, waitUntil: (us: number, signal: AbortSignal) => this.waitUntil(us, signal) };
  }

  private waitUntil(us: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.nowUs >= us) return Promise.resolve();
    const { gates } = stage.current;
    return new Promise((resolve) => {
      const gate = { what: 'wait', fromUs: us, open: resolve };
      gates.push(gate);
      signal.addEventListener('abort', () => {
        const at = gates.indexOf(gate);
        if (at >= 0) gates.splice(at, 1);
        resolve();
      });
    });
  }
}

/** One attempt of an activity. */
export class Attempt implements Actor {
  readonly gates: Actor['gates'] = [];
  readonly label: string;
  readonly generation: number;
  readonly context: unknown;
  outcome: { ok: true; result: unknown } | { ok: false; error: Error } | null = null;
  /** Killed with its process. */
  dead = false;
  /** Stopped, or cut off: it may go on at any later time. */
  frozen = false;
  /** Its outcome was given to Temporal. */
  told = false;
  /** For scripts: the one that was made a zombie. */
  marked = false;
  private readonly abort = new AbortController();

  constructor(
    readonly temporal: Temporal,
    readonly activity: Activity,
    readonly process: Worker,
  ) {
    this.generation = activity.args.generation;
    const number = temporal.start(activity, this);
    this.label = `${activity.kind}#${activity.id}.${number}`;
    this.context = {
      info: { attempt: number, heartbeatDetails: activity.details, workflowExecution: { workflowId: 'job', runId: String(activity.id) } },
      cancellationSignal: this.abort.signal,
      heartbeat: (details: unknown) => {
        if (temporal.heartbeat(activity, this, details)) this.abort.abort();
      },
    };
  }

  get believed(): boolean {
    return this.temporal.believes(this.activity, this);
  }

  get ended(): boolean {
    return this.outcome !== null;
  }

  /** Its interval has come round. */
  async beat(): Promise<void> {
    for (const timer of [...this.process.timers]) if (timer.actor === this && timer.everyMs !== null) await stage.act(this, timer.run);
  }

  start(): Promise<void> {
    return stage.act(this, () => {
      this.process.run(this.activity).then(
        (result) => (this.outcome = { ok: true, result }),
        (error: Error) => (this.outcome = { ok: false, error }),
      );
    });
  }

  get open(): number[] {
    const { nowUs } = this.process;
    const open: number[] = [];
    this.gates.forEach(({ fromUs }, i) => {
      if (fromUs <= nowUs) open.push(i);
    });
    return open;
  }

  step(at: number): Promise<void> {
    const [gate] = this.gates.splice(at, 1);
    return stage.act(this, () => gate?.open());
  }
}
