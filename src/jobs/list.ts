/** Jobs as Temporal's visibility lists them: newest first, one line a run. It trails the truth by a moment. */
import type { Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { SEARCH_ATTRIBUTES, WORKFLOW_TYPE, type JobState, type NamedPlan, type Plan, type Status } from '../../workflows/messages';
import { namePlan } from '../../workflows/naming';
import { refusal, type UserError } from '../spec/failures';
import { withinDeadline } from './deadline';
import { ended, type Listed, type ListQuery, type Page } from './jobs';

type Raw = Awaited<ReturnType<Connection['workflowService']['listWorkflowExecutions']>>['executions'][number];

/** `CONTINUED_AS_NEW` executions are earlier pieces of a run. */
export const RUNS = `WorkflowType = '${WORKFLOW_TYPE}' AND ExecutionStatus != 'ContinuedAsNew'`;

/** Whoever calls is answered within 3 s: a page that takes longer is shorter. */
const PAGE_MS = 1_500;
const PROBE_MS = 500;
/** Rows that are looked through at once where not all are wanted. */
const LOOK_THROUGH = 1000;

export interface Listing {
  connection: Connection;
  namespace: string;
  /** Whether the data of a run that has ended was deleted since: its workflow cannot say so any more. */
  cleaned(job: string, run: string): Promise<boolean>;
}

/**
 * A page: `limit` rows, fewer at the end or where looking through takes long; the token is null at the end.
 * @throws UserError for a token that no page of this query has answered
 */
export async function listJobs(listing: Listing, query: ListQuery): Promise<Page> {
  const { state, limit } = query;
  const sifted = state !== undefined && ended({ state });
  const until = performance.now() + PAGE_MS;
  const jobs: Listed[] = [];
  let place = placeIn(query.pageToken);
  for (;;) {
    const { rows, next } = await rowsAt(listing, query, place.token, sifted ? LOOK_THROUGH : limit);
    for (const [i, row] of rows.entries()) {
      if (i < place.passed || (sifted && row.state !== state)) continue;
      jobs.push(row);
      if (jobs.length < limit) continue;
      const more = i + 1 < rows.length ? { token: place.token, passed: i + 1 } : next === '' ? null : { token: next, passed: 0 };
      return { jobs, nextPageToken: more === null ? null : tokenOf(more) };
    }
    if (next === '') return { jobs, nextPageToken: null };
    place = { token: next, passed: 0 };
    if (performance.now() >= until) return { jobs, nextPageToken: tokenOf(place) };
  }
}

async function rowsAt({ connection, namespace, cleaned }: Listing, { state, scenario }: ListQuery, token: string, pageSize: number) {
  const query = [RUNS, ...ofState(state), ...(scenario === undefined ? [] : [`${SEARCH_ATTRIBUTES.Scenario} = ${quoted(scenario)}`])].join(
    ' AND ',
  );
  const list = (pageSize: number, nextPageToken: Buffer, ms?: number) =>
    withinDeadline(connection, () => connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize, nextPageToken }), ms);
  const answer = await list(pageSize, Buffer.from(token, 'base64url')).catch(async (failure: unknown) => {
    // Of a token that is none Temporal says that it is not available: if it is without one, that is what is wrong.
    if (token !== '' && (await list(1, Buffer.alloc(0), PROBE_MS).catch(() => null)) !== null) throw unknownToken();
    throw failure;
  });
  const rows = answer.executions.flatMap((raw) => listed(raw) ?? []);
  const asKept = async (row: Listed): Promise<Listed> =>
    ended(row) && row.run !== null && (await cleaned(row.id, row.run)) ? { ...row, state: 'cleaned' } : row;
  return { rows: await Promise.all(rows.map(asKept)), next: Buffer.from(answer.nextPageToken).toString('base64url') };
}

/** Temporal's token of the page that is looked through, and how many of its rows have been answered. */
interface PlaceInList {
  token: string;
  passed: number;
}

const tokenOf = ({ token, passed }: PlaceInList): string => `${String(passed)}-${token}`;

function placeIn(pageToken: string | undefined): PlaceInList {
  if (pageToken === undefined) return { token: '', passed: 0 };
  const [, passed, token = ''] = /^(\d{1,4})-(.*)$/.exec(pageToken) ?? [];
  if (passed === undefined) throw unknownToken();
  return { token, passed: Number(passed) };
}

const unknownToken = (): UserError =>
  refusal('the query', [{ path: '/page_token', message: 'must be the next_page_token of an earlier page of the same query' }]);

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
  // What was cleaned after its end still says how it ended.
  if (state === 'cleaned') return ["ExecutionStatus != 'Running'"];
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
