/**
 * Whether somebody works. Temporal forgets the poller of a killed worker only after minutes; the heartbeats that workers send it tell within seconds.
 */
import type { Connection } from '@temporalio/client';
import { TASK_QUEUE } from '../../workflows/messages';
import { withinDeadline } from './deadline';

/** Workers send a heartbeat each 2 s (`src/temporal/worker-tuning.ts`). Clocks of machines that share work are taken to agree to a second or so. */
const SILENT_MS = 5_000;
/** `WorkerStatus` of Temporal's API; one that shuts down takes no new work. */
const RUNNING = 1;

export interface Readiness {
  /** Temporal answers. */
  temporal: boolean;
  /** Workers that live. */
  workers: number;
}

/** Never throws. @param now wall ms */
export async function readiness(connection: Connection, namespace: string, now: () => number = Date.now): Promise<Readiness> {
  try {
    const { beats, polls, heartbeats } = await withinDeadline(connection, () => asked(connection, namespace));
    const fresh = (at: Instant) => now() - msOf(at) < SILENT_MS;
    // One that has just begun polls before its first heartbeat. A server that takes none leaves the pollers that it remembers.
    const pollers = polls.filter((at) => !heartbeats || fresh(at)).length;
    return { temporal: true, workers: Math.max(beats.filter(fresh).length, Math.min(1, pollers)) };
  } catch {
    return { temporal: false, workers: 0 };
  }
}

type Instant = { seconds?: unknown; nanos?: number | null } | null | undefined;

async function asked({ workflowService }: Connection, namespace: string) {
  const taskQueue = { name: TASK_QUEUE };
  const [{ namespaceInfo }, { pollers }] = await Promise.all([
    workflowService.describeNamespace({ namespace }),
    workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType: 1 }),
  ]);
  const heartbeats = namespaceInfo?.capabilities?.workerHeartbeats === true;
  const { workersInfo } = heartbeats ? await workflowService.listWorkers({ namespace, pageSize: 1000 }) : { workersInfo: [] };
  const own = (workersInfo ?? []).flatMap(({ workerHeartbeat: beat }) =>
    beat?.taskQueue === TASK_QUEUE && Number(beat.status) === RUNNING ? [beat] : [],
  );
  return {
    heartbeats,
    beats: own.map(({ heartbeatTime }) => heartbeatTime),
    polls: (pollers ?? []).map(({ lastAccessTime }) => lastAccessTime),
  };
}

const msOf = (at: Instant): number => (at == null ? 0 : Number(at.seconds ?? 0) * 1000 + (at.nanos ?? 0) / 1e6);
