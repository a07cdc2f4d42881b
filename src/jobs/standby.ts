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
  /** The Temporal server is the stack's own, and so are all its jobs: no worker has to be asked which. */
  ownServer: boolean;
}

/** Jobs asked at the same time. */
const AT_ONCE = 16;
/** A worker that does not answer is not waited for longer than this, a job and call. */
const ANSWER_MS = 1500;

/** Holds all jobs; resolves when no writer is at work any more, or nobody answers. */
export async function standBy(jobs: StackJobs): Promise<void> {
  const client = new Client({ connection: jobs.connection, namespace: jobs.namespace });
  const own = await ownJobs(jobs, client);
  // All are told before any is waited for: the time for this is limited, and a signal needs no worker.
  await each(own, (id) => tell(jobs, client, id, SIGNALS.standby));
  await each(own, async (id) => {
    for (;;) {
      const status = await ask(jobs, client, id);
      if (status === null || ended(status) || (status.standby && !status.settling)) return;
      await sleep(50);
    }
  });
}

/** Ids of jobs, as far as they answer. */
export interface Woken {
  running: string[];
  /** A planned stop does not hold them; an operator's pause, or a sink that needs one, still does. */
  held: string[];
}

/** Lets the jobs go on that a planned stop holds. */
export async function wakeJobs(jobs: StackJobs): Promise<Woken> {
  const client = new Client({ connection: jobs.connection, namespace: jobs.namespace });
  const own = await ownJobs(jobs, client);
  await each(own, (id) => tell(jobs, client, id, SIGNALS.wake));
  const [running, held]: [string[], string[]] = [[], []];
  await each(own, async (id) => {
    const status = await ask(jobs, client, id);
    if (status !== null && !ended(status)) (status.held ? held : running).push(id);
  });
  return { running: running.sort(), held: held.sort() };
}

/** The open jobs that write to this stack's data directory. */
async function ownJobs(jobs: StackJobs, client: Client): Promise<string[]> {
  const open: string[] = [];
  const query = `WorkflowType = '${WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) open.push(workflowId);
  if (jobs.ownServer) return open;
  const own: string[] = [];
  await each(open, async (id) => {
    if ((await ask(jobs, client, id))?.home === jobs.home) own.push(id);
  });
  return own;
}

/** A job that ends meanwhile is no reason to leave out the others. */
async function each(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const left = [...ids];
  const one = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) await work(id).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
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
