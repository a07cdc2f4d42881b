/** The driver: stack, job, disturbances at their instants, until the job has come to its end. All that must not be forgotten is in the journal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { STOPPED_AS_PLANNED } from '../../../workflows/messages';
import { executionsOf, workersAt, type Execution } from '../../jobs/executions';
import { ended } from '../../jobs/jobs';
import { jobStates } from '../../jobs/job-body';
import { connectClient, temporalSettings } from '../../temporal/connect';
import type { Context } from '../context';
import { committedReader, readManifestIn, type CommittedReader, type PartProgress } from './committed';
import { Disturber } from './disturb';
import { duesOf } from './due';
import type { SoakFolder } from './folder';
import { doneSteps, openJournal, stillFrozen, stillPaused, type SoakJournal } from './journal';
import { operatorOf, type OperatedJob, type Operator } from './operator';
import { ownStack, type OwnStack } from './own-stack';
import type { SoakPlan } from './plan';
import { keep, takeSample } from './samples';
import { instantsOf } from './instants';
import { startWatch, type Watch } from './watch';

export interface Driven {
  journal: SoakJournal;
  stack: OwnStack;
  /** Folder of the run. */
  run: string;
  job: OperatedJob;
  parts: readonly PartProgress[];
  executions: Execution[];
}

export interface Look {
  elapsedMs: number;
  kills: number;
  events: number;
  state: string;
}

const TICK_MS = 1_000;
/** Longer than any recovery: a job that has not ended by then has lost its way. */
const OVERTIME_MS = 120_000;
const MANIFEST_MS = 30_000;

/**
 * @returns null when it was interrupted: the stack is still there
 * @throws what kept the stack or the job from starting
 */
export async function drive(
  context: Context,
  folder: SoakFolder,
  plan: SoakPlan,
  interrupted: AbortSignal,
  show: (look: Look) => void,
): Promise<Driven | null> {
  const journal = openJournal(folder.journal);
  const stack = ownStack(context, folder, plan, interrupted);
  const again = journal.entries.some(({ type }) => type === 'driver');
  journal.write({ type: 'driver', pid: process.pid });
  for (const { n, identity } of stillFrozen(journal.entries)) {
    stack.signal(identity, 'SIGCONT');
    journal.write({ type: 'thaw', n });
  }
  journal.write({ type: 'stack', event: await stack.ensure() });
  const operator = operatorOf(plan.spec.id, plan.spec, () => stack.record()?.addresses['api'] ?? null);
  const begun = journal.entries.find((entry) => entry.type === 'job');
  const first = begun === undefined ? await operator.start() : await look(operator);
  const run = begun?.run ?? first.run ?? '';
  const { at } = begun ?? journal.write({ type: 'job', run });
  const reader = await readerOf(folder, plan, run, stack);
  const driver = new Driver(folder, plan, journal, stack, operator, reader, at, interrupted, show);
  for (const n of stillPaused(journal.entries)) {
    await operator.say('resume');
    journal.write({ type: 'resume', n });
  }
  return driver.drive(first, again);
}

const look = async (operator: Operator): Promise<OperatedJob> => {
  for (;;) {
    const job = await operator.look();
    if (job !== null) return job;
    await sleep(200);
  }
};

async function readerOf({ dataDir }: SoakFolder, { spec }: SoakPlan, run: string, stack: OwnStack): Promise<CommittedReader> {
  for (const until = Date.now() + MANIFEST_MS; ; await sleep(100)) {
    try {
      return await committedReader(dataDir, { job: spec.id, run }, spec, () => stack.record()?.kafka ?? null);
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

class Driver {
  private readonly watch: Watch;
  private readonly disturber: Disturber;
  private job: OperatedJob | null = null;
  private over = false;
  private refusedLooks = 0;

  constructor(
    private readonly folder: SoakFolder,
    private readonly plan: SoakPlan,
    private readonly journal: SoakJournal,
    private readonly stack: OwnStack,
    private readonly operator: Operator,
    private readonly reader: CommittedReader,
    private readonly startedAt: number,
    private readonly interrupted: AbortSignal,
    private readonly show: (look: Look) => void,
  ) {
    this.watch = startWatch(reader, {
      recovered: (n, at) => this.disturber.recovered(n, at),
      stoodStill: (standstill) => keep(folder.samples, standstill),
      wentBack: (text) => this.violation(text),
    });
    const busy = () => this.withConnection((connection) => workersAt(connection, 'default', plan.spec.id)).catch(() => null);
    const dues = async () => duesOf(await readManifestIn(reader.folder));
    this.disturber = new Disturber({
      ...{ stack, operator, journal, watch: this.watch, busy, ending: interrupted },
      ...{ reader, dues, over: () => this.over },
    });
  }

  async drive(first: OperatedJob, again: boolean): Promise<Driven | null> {
    this.job = first;
    await this.watch.look();
    const ticking = this.tick();
    // Thrown below; until then it ends the disturbances, not the process.
    ticking.catch(() => {
      this.over = true;
    });
    try {
      await this.disturb(again);
      await this.disturber.settled();
      await ticking;
    } finally {
      this.over = true;
      await this.watch.stop();
    }
    if (this.interrupted.aborted) return null;
    await this.manifestEnded();
    const executions = await this.withConnection((connection) => executionsOf(connection, 'default', this.plan.spec.id)).catch(() => []);
    const { journal, stack, reader, watch, job } = this;
    journal.write({ type: 'ended', state: job.state });
    return { journal, stack, run: reader.folder, job, parts: watch.parts, executions };
  }

  private async disturb(again: boolean): Promise<void> {
    const done = doneSteps(this.journal.entries);
    const rest = this.plan.steps.filter(({ n }) => !done.has(n));
    const window = again ? { from: Date.now(), until: this.endsAt() } : null;
    for (const { step, at } of instantsOf(rest, this.plan.forMs, this.startedAt, window)) {
      while (Date.now() < at && !this.over && !this.interrupted.aborted) await sleep(Math.min(50, at - Date.now()));
      if (this.interrupted.aborted) return;
      if (this.over) this.journal.write({ type: 'missed', n: step.n, why: 'the job had ended' });
      else this.disturber.begin(step);
    }
  }

  /** Each second, until the job has ended. */
  private async tick(): Promise<void> {
    while (!this.over && !this.interrupted.aborted) {
      if (this.stack.record() === null) await this.restart();
      this.job = (await this.operator.look()) ?? this.job;
      const { batches, events } = this.counts();
      keep(this.folder.samples, takeSample(this.folder.dataDir, this.stack.record(), { batches, events }));
      this.show({
        elapsedMs: Date.now() - this.startedAt,
        kills: this.journal.entries.filter(({ type }) => type === 'kill').length,
        events,
        state: this.job?.state ?? 'unknown',
      });
      if (this.job !== null) await this.judge(this.job);
      if (!this.over) await sleep(TICK_MS, undefined, { signal: this.interrupted }).catch(() => undefined);
    }
  }

  private async judge(job: OperatedJob): Promise<void> {
    const state = jobStates.find((known) => known === job.state);
    if (state !== undefined && ended({ state })) {
      this.over = true;
      if (state !== 'completed') this.violation(`the job is ${state}${job.state_reason === null ? '' : `: ${job.state_reason}`}`);
      return;
    }
    const refused = job.state === 'paused' && job.state_reason !== null && !job.state_reason.startsWith(STOPPED_AS_PLANNED);
    this.refusedLooks = refused ? this.refusedLooks + 1 : 0;
    // Twice: a look may be older than the operator's resume.
    if (this.refusedLooks > 2) return this.giveUp(`the job has paused by itself: ${job.state_reason ?? ''}`);
    if (Date.now() > this.endsAt() + OVERTIME_MS)
      await this.giveUp(`the job has not come to its end ${String(OVERTIME_MS / 1000)} s after it was due`);
  }

  private async giveUp(text: string): Promise<void> {
    this.violation(text);
    this.over = true;
    // Its data is looked at nevertheless: at rest.
    await this.operator.say('stop').catch(() => false);
    for (const until = Date.now() + 10_000; Date.now() < until; await sleep(200)) {
      this.job = (await this.operator.look()) ?? this.job;
      const state = jobStates.find((known) => known === this.job?.state);
      if (state !== undefined && ended({ state })) return;
    }
  }

  private violation(text: string): void {
    this.journal.write({ type: 'violation', text });
  }

  private async restart(): Promise<void> {
    this.journal.write({ type: 'stack', event: 'lost' });
    this.journal.write({ type: 'stack', event: await this.stack.ensure() });
  }

  private endsAt(): number {
    const said = Date.parse(typeof this.job?.['ends_at'] === 'string' ? this.job['ends_at'] : '');
    return Number.isNaN(said) ? this.startedAt + this.plan.forMs : said;
  }

  private counts() {
    const totals = this.watch.parts.map((part) => part.totals);
    return { batches: totals.reduce((n, { batches }) => n + batches, 0), events: totals.reduce((n, { emitted }) => n + emitted, 0) };
  }

  private async manifestEnded(): Promise<void> {
    for (const until = Date.now() + MANIFEST_MS; Date.now() < until; await sleep(100)) {
      const { state } = await readManifestIn(this.reader.folder).catch(() => ({ state: '' }));
      if (jobStates.some((known) => known === state && ended({ state: known }))) return;
    }
    this.violation('the manifest does not say that the run has ended');
  }

  private async withConnection<T>(work: (connection: ReturnType<typeof connectClient>) => Promise<T>): Promise<T> {
    const address = this.stack.record()?.temporal?.address;
    if (address === undefined) throw new Error('there is no Temporal server');
    const connection = connectClient(temporalSettings(this.stack.environment, address));
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }
}
