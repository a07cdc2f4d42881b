/** Jobs as Temporal's visibility lists them: newest first, one line a run. It trails the truth by a moment. */
import type { Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { SEARCH_ATTRIBUTES, WORKFLOW_TYPE, type JobState, type NamedPlan, type Plan, type Status } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { withinDeadline } from './deadline';
import { ended, type Listed, type ListQuery, type Page } from './jobs';

type Raw = Awaited<ReturnType<Connection['workflowService']['listWorkflowExecutions']>>['executions'][number];

/** `CONTINUED_AS_NEW` executions are earlier pieces of a run. */
const RUNS = `WorkflowType = '${WORKFLOW_TYPE}' AND ExecutionStatus != 'ContinuedAsNew'`;

export async function listJobs(connection: Connection, namespace: string, { state, scenario, limit, pageToken }: ListQuery): Promise<Page> {
  const query = [RUNS, ...ofState(state), ...(scenario === undefined ? [] : [`${SEARCH_ATTRIBUTES.Scenario} = ${quoted(scenario)}`])].join(
    ' AND ',
  );
  const answer = await withinDeadline(connection, () =>
    connection.workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize: limit,
      ...(pageToken === undefined ? {} : { nextPageToken: Buffer.from(pageToken, 'base64url') }),
    }),
  );
  const token = answer.nextPageToken;
  return {
    jobs: answer.executions.flatMap((raw) => listed(raw) ?? []),
    nextPageToken: token.length === 0 ? null : Buffer.from(token).toString('base64url'),
  };
}

/** Temporal's id of the last execution of a run; undefined when there is none. */
export async function executionOf(connection: Connection, namespace: string, id: string, run: string): Promise<string | undefined> {
  const executions = await executionsOf(connection, namespace, id);
  return executions.find((raw) => planOf(raw)?.run === run)?.execution?.runId ?? undefined;
}

/** The runs of a job that Temporal remembers, newest first. */
export async function runsOf(connection: Connection, namespace: string, id: string): Promise<Listed[]> {
  return (await executionsOf(connection, namespace, id)).flatMap((raw) => listed(raw) ?? []);
}

async function executionsOf(connection: Connection, namespace: string, id: string): Promise<Raw[]> {
  const query = `${RUNS} AND WorkflowId = ${quoted(id)}`;
  const { executions } = await withinDeadline(connection, () =>
    connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1000 }),
  );
  return executions;
}

/** A run as a row. */
export const listedAs = ({ plan, state, startedAtMs, finishedAtMs }: Status): Listed => ({
  id: plan.job,
  run: plan.run,
  scenario: plan.scenario,
  sink: plan.sink,
  state,
  startedAtMs,
  finishedAtMs,
});

/** Each run once, as the first row tells it. */
export function newestFirst(rows: readonly Listed[]): Listed[] {
  const runs = new Map<string, Listed>();
  for (const row of rows) if (!runs.has(row.run ?? '')) runs.set(row.run ?? '', row);
  return [...runs.values()].sort((a, b) => b.startedAtMs - a.startedAtMs);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** An execution that was terminated keeps the attribute it had: the status goes first. */
function ofState(state: JobState | undefined): string[] {
  if (state === undefined) return [];
  const attribute = `${SEARCH_ATTRIBUTES.JobState} = '${state}'`;
  if (!ended({ state })) return [`ExecutionStatus = 'Running' AND ${attribute}`];
  if (state !== 'failed') return [`ExecutionStatus != 'Running' AND ${attribute}`];
  return [`(ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut') OR (ExecutionStatus != 'Running' AND ${attribute}))`];
}

function listed(raw: Raw): Listed | undefined {
  const plan = planOf(raw);
  if (plan === undefined) return undefined;
  return {
    id: plan.job,
    run: plan.run,
    scenario: plan.scenario,
    sink: plan.sink,
    state: stateOf(raw),
    startedAtMs: milliseconds(raw.startTime) ?? 0,
    finishedAtMs: milliseconds(raw.closeTime),
  };
}

/** `WorkflowExecutionStatus` of Temporal's API. */
const [RUNNING, COMPLETED] = [1, 2];

function stateOf({ status, searchAttributes }: Raw): JobState {
  const said = decoded(searchAttributes?.indexedFields?.[SEARCH_ATTRIBUTES.JobState]) as JobState | undefined;
  if (status === RUNNING) return said ?? 'running';
  return status === COMPLETED ? (said ?? 'completed') : 'failed';
}

/** The boundary: the memo was written by `startOptions`. */
function planOf({ memo, execution, startTime, searchAttributes }: Raw): NamedPlan | undefined {
  const plan = decoded(memo?.fields?.plan) as Plan | undefined;
  if (plan === undefined) return undefined;
  return namePlan(plan, {
    startTime: new Date(milliseconds(startTime) ?? 0),
    workflowId: execution?.workflowId ?? plan.job,
    searchAttributes: Object.fromEntries(
      Object.entries(searchAttributes?.indexedFields ?? {}).map(([name, value]) => [name, decoded(value)]),
    ),
  });
}

type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];
const decoded = (payload: Payload | null | undefined): unknown =>
  payload == null ? undefined : defaultPayloadConverter.fromPayload(payload);

const milliseconds = (at: Raw['startTime']): number | null =>
  at == null ? null : Number(at.seconds ?? 0) * 1000 + Math.floor((at.nanos ?? 0) / 1e6);
