/** One look at a run: what Temporal says of the execution, then the workflow's own answer, merged with heartbeats and with what was shown before. */
import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type Connection,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { SEARCH_ATTRIBUTES, STATUS_QUERY, type JobState, type Plan, type Status } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { grpcCode, NOT_FOUND, withinDeadline } from './deadline';
import { ended, NoSuchJob, TemporalAway, type Snapshot } from './jobs';
import { placesInHistory } from './history';
import { furthest, unanswered } from './merge';
import { heartbeats, pendingOf, retriedError } from './pending';

/** A query needs a live worker; without one it must not use up the caller's patience. */
const QUERY_MS = 1000;
const RUNS_REMEMBERED = 1000;

export class Reader {
  /** Last status shown of each run, by execution chain (`job/run`): display never goes back. Nothing else depends on it. */
  private readonly shown = new Map<string, Status>();

  constructor(
    private readonly connection: Connection,
    private readonly client: Client,
    private readonly namespace: string,
  ) {}

  /**
   * @param execution Temporal's id of the execution; the newest by default
   * @throws NoSuchJob, TemporalAway
   */
  async look(id: string, execution?: string): Promise<Snapshot> {
    const description = await this.describe(id, execution);
    const plan = planIn(description);
    const snapshot = description.status.name === 'RUNNING' ? await this.running(description, plan) : await this.closed(description, plan);
    this.remember(snapshot.status);
    return snapshot;
  }

  private async describe(id: string, execution?: string): Promise<WorkflowExecutionDescription> {
    try {
      return await withinDeadline(this.connection, () => this.client.workflow.getHandle(id, execution).describe());
    } catch (failure) {
      if (failure instanceof WorkflowNotFoundError || grpcCode(failure) === NOT_FOUND) throw new NoSuchJob(id);
      throw failure;
    }
  }

  private async running(description: WorkflowExecutionDescription, plan: Plan): Promise<Snapshot> {
    const { workflowId, runId } = description;
    const pending = pendingOf(description);
    const answered = await this.query(workflowId, runId);
    const named = namePlan(plan, description);
    const shown = this.shown.get(keyOf(named));
    const known = shown ?? unanswered(named, stateIn(description), description.startTime.getTime());
    const told =
      answered === undefined && shown === undefined ? await placesInHistory(this.connection, this.namespace, workflowId, runId) : [];
    const base = answered ?? { ...known, state: ended(known) ? known.state : stateIn(description) };
    const status = { ...base, ...unlessClosed(base), parts: furthest(base.parts, heartbeats(pending), known.parts, told) };
    return { status, worker: answered === undefined ? 'away' : 'here', lastError: retriedError(pending), execution: runId };
  }

  /** undefined: nobody answers for the job. */
  private async query(id: string, execution: string): Promise<Status | undefined> {
    try {
      return await withinDeadline(
        this.connection,
        () => this.client.workflow.getHandle(id, execution).query<Status>(STATUS_QUERY),
        QUERY_MS,
      );
    } catch {
      // No worker, a worker that is busy replaying, a workflow that has not begun: the heartbeats of `describe` have answered just now.
      return undefined;
    }
  }

  private async closed(description: WorkflowExecutionDescription, plan: Plan): Promise<Snapshot> {
    const named = namePlan(plan, description);
    const known = this.shown.get(keyOf(named));
    const execution = description.runId;
    if (known !== undefined && ended(known)) return { status: known, worker: 'here', lastError: null, execution };
    const base = known ?? unanswered(named, 'failed', description.startTime.getTime());
    const status = await this.result(description, base);
    return { status: { ...status, parts: furthest(status.parts, base.parts) }, worker: 'here', lastError: null, execution };
  }

  private async result(description: WorkflowExecutionDescription, base: Status): Promise<Status> {
    const finishedAtMs = description.closeTime?.getTime() ?? Date.now();
    const broken = (reason: string): Status => ({ ...base, state: 'failed', settling: false, finishedAtMs, reason });
    if (description.status.name === 'TERMINATED') {
      return broken(
        'terminated from outside (Web UI or CLI): what was committed until then stays; the next start of this id settles it first',
      );
    }
    try {
      const { workflowId, runId } = description;
      return await withinDeadline(
        this.connection,
        async () => (await this.client.workflow.getHandle(workflowId, runId).result()) as Status,
      );
    } catch (failure) {
      if (failure instanceof TemporalAway) throw failure;
      if (failure instanceof WorkflowFailedError) return broken(failure.cause?.message ?? failure.message);
      throw failure;
    }
  }

  private remember(status: Status): void {
    const key = keyOf(status.plan);
    this.shown.delete(key);
    this.shown.set(key, status);
    const oldest = this.shown.keys().next();
    if (this.shown.size > RUNS_REMEMBERED && oldest.done !== true) this.shown.delete(oldest.value);
  }
}

/** A job that has made its last batch is over when its manifest is written and its id is free: until then it is not said to have ended. */
function unlessClosed(status: Status): Partial<Status> {
  return ended(status) ? { state: status.state === 'stopped' ? 'stopping' : 'running', finishedAtMs: null } : {};
}

const keyOf = ({ job, run }: { job: string; run: string | null }): string => `${job}/${run ?? ''}`;

/** The boundary: jobs are started by this program, with their plan in the memo. */
function planIn({ memo, workflowId }: { memo?: Record<string, unknown>; workflowId: string }): Plan {
  const plan = memo?.plan;
  if (typeof plan === 'object' && plan !== null && 'streams' in plan) return plan as Plan;
  throw new NoSuchJob(workflowId);
}

function stateIn({ searchAttributes }: { searchAttributes: Record<string, unknown> }): JobState {
  const [state]: unknown[] = Array.isArray(searchAttributes[SEARCH_ATTRIBUTES.JobState])
    ? (searchAttributes[SEARCH_ATTRIBUTES.JobState] as unknown[])
    : [];
  return state === 'paused' || state === 'stopping' ? state : 'running';
}
