/** The executions that one run of a job consists of: continue-as-new begins another before a history grows long. */
import type { Connection } from '@temporalio/client';
import { withinDeadline } from './deadline';

export interface Execution {
  /** Events in its history. */
  events: number;
  /** Size of its history. */
  bytes: number;
}

/** All executions under an id, oldest first: of every run that Temporal remembers. @throws TemporalAway */
export async function executionsOf(connection: Connection, namespace: string, workflowId: string): Promise<Execution[]> {
  const all: Execution[] = [];
  let token: Uint8Array | undefined;
  do {
    const query = `WorkflowId = '${workflowId.replaceAll("'", "''")}'`;
    const page = { namespace, query, pageSize: 1000, ...(token === undefined ? {} : { nextPageToken: token }) };
    const answer = await withinDeadline(connection, () => connection.workflowService.listWorkflowExecutions(page), 10_000);
    all.push(
      ...answer.executions.map(({ historyLength, historySizeBytes }) => ({
        events: Number(historyLength ?? 0),
        bytes: Number(historySizeBytes ?? 0),
      })),
    );
    token = answer.nextPageToken.length === 0 ? undefined : answer.nextPageToken;
  } while (token !== undefined);
  return all.reverse();
}

/** Process ids of the workers that have an activity of the job in hand, as the SDK's standard identity `pid@host` tells. @throws TemporalAway */
export async function workersAt(connection: Connection, namespace: string, workflowId: string): Promise<number[]> {
  const { pendingActivities } = await withinDeadline(
    connection,
    () => connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }),
    1_000,
  );
  return (pendingActivities ?? []).flatMap(({ lastWorkerIdentity }) => {
    const [, pid] = /^(\d+)@/.exec(lastWorkerIdentity ?? '') ?? [];
    return pid === undefined ? [] : [Number(pid)];
  });
}
