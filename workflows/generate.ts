/** The workflow `generate`: drives the state machine of one job with Temporal's timers, signals and activities. */
import * as wf from '@temporalio/workflow';
import { note } from './journal';
import { Machine } from './machine';
import { fresh, type Command, type MachineEvent, type MachineState, type Outcome } from './state';
import { namePlan } from './naming';
import {
  INVALID_JOB,
  SEARCH_ATTRIBUTES,
  SIGNALS,
  SINK_REJECTED,
  STATUS_QUERY,
  UPDATES,
  type Activities,
  type CleanRequest,
  type PaceRequest,
  type Plan,
  type Request,
  type Status,
} from './messages';
import { callerIn, pacesIn, readPace } from './pace-input';
import { describeJob, describeSpan } from './summaries';

/** What continue-as-new carries over. */
export interface Carried {
  state: MachineState;
  /** Ids of the last requests: a repeated one changes nothing. */
  requests: string[];
}

/** Emits of a part in one history before the job continues as new: replays stay short (4,000 events cost 2.7 s). */
const EMITS_PER_HISTORY = 20;
const REQUESTS_REMEMBERED = 100;

const options = {
  heartbeatTimeout: '3s',
  cancellationType: wf.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s', nonRetryableErrorTypes: [SINK_REJECTED, INVALID_JOB] },
} satisfies wf.ActivityOptions;
const activities = wf.proxyActivities<Omit<Activities, 'publish'>>({ ...options, startToCloseTimeout: '10m' });
// The ledger of a long run takes as long as the making of its events; that it goes on, the heartbeats tell.
const { publish } = wf.proxyActivities<Pick<Activities, 'publish'>>({ ...options, startToCloseTimeout: '2d' });

export async function generate(plan: Plan, carried?: Carried): Promise<Status> {
  const machine = new Machine(carried?.state ?? fresh(namePlan(plan, wf.workflowInfo()), Date.now()));
  const job = new Job(machine, carried?.requests ?? []);
  job.listen();
  // Cancel in the Web UI means stop: the loop itself is out of its reach, so that the last batch and the receipts are kept.
  wf.CancellationScope.current().cancelRequested.catch(() => {
    job.on({ type: 'stop', by: 'cancel' });
  });
  return wf.CancellationScope.nonCancellable(() => job.run());
}

class Job {
  private changed = true;
  private emits = 0;
  private shown: string | null = null;
  private publishing = false;
  private unpublished = false;
  private readonly emitting = new Map<number, wf.CancellationScope>();

  constructor(
    private readonly machine: Machine,
    private readonly requests: string[],
  ) {}

  on(event: MachineEvent): void {
    this.machine.on(event, Date.now());
    this.changed = true;
  }

  listen(): void {
    for (const type of ['pause', 'resume', 'stop', 'standby', 'wake'] as const) {
      wf.setHandler(wf.defineSignal<[Request?]>(type), (request) => {
        this.operate(request, (by) => ({ type, by }));
      });
    }
    const { streams } = this.machine.state.plan;
    wf.setHandler(wf.defineSignal<[PaceRequest?]>(SIGNALS.setPace), (request) => {
      const paces = pacesIn(request, streams);
      if (paces !== null) this.operate(request, (by) => ({ type: 'set_pace', paces, by }));
      else this.ignored(request);
    });
    for (const type of ['pause', 'resume', 'stop'] as const) {
      wf.setHandler(wf.defineUpdate<{ state: string }, [Request?]>(UPDATES[type]), (request) => {
        this.operate(request, (by) => ({ type, by }));
        return { state: this.machine.jobState };
      });
    }
    wf.setHandler(
      wf.defineUpdate<{ state: string }, [unknown]>(UPDATES.setPace),
      (input) => {
        this.on({ type: 'set_pace', paces: readPace(input, streams) });
        return { state: this.machine.jobState };
      },
      { validator: (input) => void readPace(input, streams) },
    );
    wf.setHandler(wf.defineSignal<[CleanRequest?]>(SIGNALS.clean), (request) => {
      this.operate(request, (by) => ({ type: 'clean', mode: modeIn(request), by }));
    });
    wf.setHandler(
      wf.defineUpdate<{ state: string }, [CleanRequest?]>(UPDATES.clean),
      (request) => {
        this.operate(request, (by) => ({ type: 'clean', mode: modeIn(request), by }));
        return { state: this.machine.jobState };
      },
      { validator: (request?: CleanRequest) => this.requireCleanable(request) },
    );
    wf.setHandler(wf.defineQuery<Status>(STATUS_QUERY), () => this.machine.status());
  }

  async run(): Promise<Status> {
    for (;;) {
      const draining = this.emits >= EMITS_PER_HISTORY * this.machine.state.parts.length || wf.workflowInfo().continueAsNewSuggested;
      this.changed = false;
      this.machine.advance(Date.now(), draining).forEach((command) => {
        this.execute(command);
      });
      this.show();
      if (this.machine.state.phase !== 'running') break;
      const wakeAtMs = this.machine.wakeAtMs(Date.now(), draining);
      if (draining && wakeAtMs === null && this.machine.atRest && !this.publishing) await this.continueAsNew();
      const something = () => this.changed;
      if (wakeAtMs === null) await wf.condition(something);
      else await wf.condition(something, Math.max(1, wakeAtMs - Date.now()), { summary: `until shortly before the next batch` });
    }
    for (const scope of this.emitting.values()) scope.cancel();
    await wf.condition(() => this.emitting.size === 0 && !this.publishing && wf.allHandlersFinished());
    return this.machine.status();
  }

  private requireCleanable(request: CleanRequest | undefined): void {
    const { jobState } = this.machine;
    const mode: unknown = request?.mode;
    if (mode !== undefined && typeof mode !== 'string') throw wf.ApplicationFailure.nonRetryable('mode must be a text', 'InvalidRequest');
    if (jobState !== 'paused')
      throw wf.ApplicationFailure.nonRetryable(`the job is ${jobState}: only a paused one can be cleaned`, 'NotPaused');
  }

  /** Whatever a signal carries, this does not throw. */
  private operate(request: unknown, event: (by: string | undefined) => MachineEvent): void {
    if (this.isMeant(request) && this.isNew(request)) this.on(event(callerIn(request)));
  }

  private isMeant(request: unknown): boolean {
    const run = typeof request === 'object' && request !== null && 'run' in request ? request.run : undefined;
    return typeof run !== 'string' || run === this.machine.state.plan.run;
  }

  /** A change of pace that cannot be read changes nothing, but whoever sent it can see that it arrived. */
  private ignored(request: unknown): void {
    const { state } = this.machine;
    if (this.isNew(request) && state.phase === 'running')
      note(state, 'pace', Date.now(), callerIn(request) ?? null, 'ignored: it is no pace that this job can have');
  }

  /** A request that was seen before changes nothing; one without an id is always new. */
  private isNew(request: unknown): boolean {
    const id = typeof request === 'object' && request !== null && 'request' in request ? request.request : undefined;
    if (typeof id !== 'string') return true;
    if (this.requests.includes(id)) return false;
    this.requests.push(id);
    if (this.requests.length > REQUESTS_REMEMBERED) this.requests.shift();
    return true;
  }

  private execute(command: Command): void {
    switch (command.type) {
      case 'settle':
        void outcomeOf(
          activities.settle.executeWithOptions({ summary: `settle, generation ${String(command.args.generation)}` }, [command.args]),
        ).then((outcome) => {
          this.on({ type: 'settled', id: command.id, outcome });
        });
        return;
      case 'emit': {
        this.emits++;
        const scope = new wf.CancellationScope({ cancellable: true });
        this.emitting.set(command.id, scope);
        const { args } = command;
        void outcomeOf(scope.run(() => activities.emit.executeWithOptions({ summary: describeSpan(args) }, [args]))).then((outcome) => {
          this.emitting.delete(command.id);
          this.on({ type: 'emitted', id: command.id, outcome });
        });
        return;
      }
      case 'cancel':
        this.emitting.get(command.id)?.cancel();
        return;
      case 'clean':
        void outcomeOf(activities.clean.executeWithOptions({ summary: 'clean' }, [command.args])).then((outcome) => {
          this.on({ type: 'cleaned', id: command.id, outcome });
        });
        return;
      case 'publish':
        this.unpublished = true;
        if (!this.publishing) void this.publish();
    }
  }

  /** One at a time, the newest last. A manifest that cannot be written never holds up the job: the truth is here and beside the data. */
  private async publish(): Promise<void> {
    this.publishing = true;
    while (this.unpublished) {
      this.unpublished = false;
      const { plan, timeline, state, generation, startedAtMs, finishedAtMs, pausedMs, skipped, journal, parts } = this.machine.status();
      const { home, startUs, plan: named } = this.machine.state;
      if (home === null || startUs === null) break;
      const args = {
        plan: { ...named, startUs },
        timeline,
        state,
        generation,
        startedAtMs,
        finishedAtMs,
        pausedMs,
        skipped,
        journal,
        parts,
        home,
      };
      await outcomeOf(publish.executeWithOptions({ summary: `manifest, ${plan.job} ${state}` }, [args]));
    }
    this.publishing = false;
    this.changed = true;
  }

  private async continueAsNew(): Promise<never> {
    await wf.condition(wf.allHandlersFinished);
    const { state } = this.machine;
    return wf.makeContinueAsNewFunc<typeof generate>({ workflowTaskTimeout: '3s' })(state.plan, { state, requests: this.requests });
  }

  /** What the Web UI shows besides history: the state as a search attribute, and the job in words. */
  private show(): void {
    const state = this.machine.jobState;
    wf.setCurrentDetails(describeJob(this.machine.status()));
    if (state === this.shown) return;
    this.shown = state;
    // A cluster may lack the attributes; whoever starts a job knows, and starts it without.
    if (!(SEARCH_ATTRIBUTES.JobState in wf.workflowInfo().searchAttributes)) return;
    wf.upsertSearchAttributes({ [SEARCH_ATTRIBUTES.JobState]: [state] });
  }
}

const modeIn = (request: unknown): string | null =>
  typeof request === 'object' && request !== null && 'mode' in request && typeof request.mode === 'string' ? request.mode : null;

async function outcomeOf<Result>(promise: Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { ok: true, result: await promise };
  } catch (error) {
    const cause = error instanceof wf.ActivityFailure ? error.cause : error;
    const type = cause instanceof wf.ApplicationFailure ? cause.type : undefined;
    const kind = type === SINK_REJECTED ? 'rejected' : type === INVALID_JOB ? 'invalid' : 'unknown';
    return { ok: false, kind, message: cause instanceof Error ? cause.message : String(cause) };
  }
}
