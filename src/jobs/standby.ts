/**
 * A planned stop of a stack is a hold of its jobs until the next start: due instants move by the time it was down, nothing is made up for or left
 * out. Only jobs that write to this stack's data directory are meant; others have workers elsewhere.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import { SIGNALS, STATUS_QUERY, WORKFLOW_TYPE, type Status } from '../../workflows/messages';
import { withinDeadline } from './deadline';
import { ended } from './jobs';

export interface StackJobs {
  connection: Connection;
  namespace: string;
  /** Identity of the stack's data directory. */
  home: string;
}

/** Jobs asked at the same time. */
const AT_ONCE = 16;
/** A worker that does not answer is not waited for longer than this, a job and call. */
const ANSWER_MS = 1500;

/** Holds all jobs; resolves when no writer is at work any more, or nobody answers. */
export async function standBy(jobs: StackJobs): Promise<void> {
  await forOwnJobs(jobs, async (client, id) => {
    await tell(jobs, client, id, SIGNALS.standby);
    for (;;) {
      const status = await ask(jobs, client, id);
      if (status === null || ended(status) || (status.standby && !status.settling)) return null;
      await sleep(50);
    }
  });
}

/** Lets the jobs go on that a planned stop holds. @returns the ids of all jobs that go on now: an operator's pause stays one */
export async function wakeJobs(jobs: StackJobs): Promise<string[]> {
  const running = await forOwnJobs(jobs, async (client, id) => {
    await tell(jobs, client, id, SIGNALS.wake);
    const status = await ask(jobs, client, id);
    return status?.state === 'running' || status?.standby === true ? id : null;
  });
  return running.sort();
}

async function forOwnJobs(jobs: StackJobs, work: (client: Client, id: string) => Promise<string | null>): Promise<string[]> {
  const client = new Client({ connection: jobs.connection, namespace: jobs.namespace });
  const open: string[] = [];
  const query = `WorkflowType = '${WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) open.push(workflowId);
  const answers: string[] = [];
  const one = async () => {
    for (let id = open.shift(); id !== undefined; id = open.shift()) {
      const status = await ask(jobs, client, id);
      if (status === null || status.home !== jobs.home) continue;
      const answer = await work(client, id);
      if (answer !== null) answers.push(answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return answers;
}

const tell = ({ connection }: StackJobs, client: Client, id: string, signal: string): Promise<void> =>
  withinDeadline(connection, () => client.workflow.getHandle(id).signal(signal, { request: randomUUID(), by: 'up' }), ANSWER_MS);

/** Null when nobody answers for the job. */
async function ask({ connection }: StackJobs, client: Client, id: string): Promise<Status | null> {
  try {
    return await withinDeadline(connection, () => client.workflow.getHandle(id).query<Status>(STATUS_QUERY), ANSWER_MS);
  } catch {
    return null;
  }
}
