/** The end of the list of jobs: runs that Temporal has forgotten, by their manifests. They ended before all that it remembers, so they come last. */
import type { Connection } from '@temporalio/client';
import { refusal } from '../spec/failures';
import { grpcCode, NOT_FOUND, withinDeadline } from './deadline';
import { ended, type Listed, type ListQuery, type Page } from './jobs';
import type { KeptRuns } from './kept-runs';
import { RUNS } from './list';

/** What the list needs to know of Temporal's memory. */
interface Memory {
  /** Of these ids, those of which Temporal remembers a run. It may trail by a moment. */
  known(ids: readonly string[]): Promise<Set<string>>;
  /** The same of one id, without the moment. */
  knows(id: string): Promise<boolean>;
}

/** Ids that are asked about at once. */
const AT_ONCE = 100;
const PREFIX = 'kept-';

/** Longer than that nobody is to wait for a page. */
const PAGE_MS = 1_000;

/**
 * A page of the list that `told` answers, Temporal's, with what only manifests know of after its end.
 * @throws UserError for a token that no page has answered
 */
export async function listWithKept(
  told: (query: ListQuery) => Promise<Page>,
  memory: Memory,
  kept: KeptRuns,
  query: ListQuery,
): Promise<Page> {
  const place = placeIn(query.pageToken);
  if (place !== null) return keptPage(kept, memory, query, place, performance.now() + PAGE_MS);
  const page = await told(query);
  if (page.nextPageToken !== null) return page;
  const room = query.limit - page.jobs.length;
  const listed = new Set(page.jobs.map(({ id }) => id));
  const rest = await keptPage(kept, memory, { ...query, limit: Math.max(1, room) }, '', performance.now() + PAGE_MS, listed);
  if (room === 0) return { ...page, nextPageToken: rest.jobs.length === 0 ? null : tokenOf('') };
  return { jobs: [...page.jobs, ...rest.jobs], nextPageToken: rest.nextPageToken };
}

/** After which row the page begins, empty: with the first one; null: it is one of Temporal's pages. */
function placeIn(pageToken: string | undefined): string | null {
  if (pageToken?.startsWith(PREFIX) !== true) return null;
  const place = Buffer.from(pageToken.slice(PREFIX.length), 'base64url').toString();
  if (place === '' || /^\S+Z \S+$/.test(place)) return place;
  throw refusal('the query', [{ path: '/page_token', message: 'must be the next_page_token of an earlier page of the same query' }]);
}

const tokenOf = (place: string): string => PREFIX + Buffer.from(place).toString('base64url');

/**
 * Newest first.
 * @param place of the last row before: `run job`; empty: from the first on
 * @param until `performance.now()` at which the page ends, however short it is
 * @param listed ids that need not be asked about: Temporal has just listed them
 */
async function keptPage(
  kept: KeptRuns,
  memory: Memory,
  { state, scenario, limit }: ListQuery,
  place: string,
  until: number,
  listed: ReadonlySet<string> = new Set(),
): Promise<Page> {
  // Whatever Temporal has forgotten has ended.
  if (state !== undefined && !ended({ state })) return { jobs: [], nextPageToken: null };
  const all = (await kept.all()).filter(({ job }) => !listed.has(job));
  const first = all.findIndex((row) => place === '' || comesAfter(nameOf(row), place));
  const rest = first < 0 ? [] : all.slice(first);
  const jobs: Listed[] = [];
  for (let at = 0; at < rest.length; at += AT_ONCE) {
    const some = rest.slice(at, at + AT_ONCE);
    const known = await memory.known([...new Set(some.map(({ job }) => job))]);
    for (const [i, { job, run }] of some.entries()) {
      const here = at + i;
      if (jobs.length >= limit || performance.now() >= until) return { jobs, nextPageToken: tokenBefore(rest, here, place) };
      const row = known.has(job) ? null : await kept.listed(job, run);
      if (row === null || (state !== undefined && row.state !== state) || (scenario !== undefined && row.scenario !== scenario)) continue;
      // A run that has just begun is not in Temporal's list yet.
      if (row.state === 'failed' && (await memory.knows(job))) continue;
      jobs.push(row);
    }
  }
  return { jobs, nextPageToken: null };
}

const nameOf = ({ job, run }: { job: string; run: string }): string => `${run} ${job}`;

const tokenBefore = (rest: readonly { job: string; run: string }[], at: number, place: string): string => {
  const last = rest[at - 1];
  return tokenOf(last === undefined ? place : nameOf(last));
};

/** Names of runs sort by time; newer ones come first. */
const comesAfter = (name: string, place: string): boolean => name < place;

export const memoryOf = (connection: Connection, namespace: string): Memory => ({
  async known(ids) {
    const query = `${RUNS} AND WorkflowId IN (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(', ')})`;
    const found = new Set<string>();
    let nextPageToken: Uint8Array = Buffer.alloc(0);
    do {
      const page = { namespace, query, pageSize: 1000, nextPageToken };
      const answer = await withinDeadline(connection, () => connection.workflowService.listWorkflowExecutions(page));
      for (const { execution } of answer.executions) if (execution?.workflowId != null) found.add(execution.workflowId);
      nextPageToken = answer.nextPageToken;
    } while (nextPageToken.length > 0);
    return found;
  },
  knows: (workflowId) =>
    withinDeadline(connection, () =>
      connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }).then(
        () => true,
        (failure: unknown) => {
          if (grpcCode(failure) === NOT_FOUND) return false;
          throw failure;
        },
      ),
    ),
});
