/** What Temporal knows of a run's activities while no worker answers: their last heartbeats and failures. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { PartPlace } from './merge';

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

export const pendingOf = (description: WorkflowExecutionDescription): PendingActivity[] => description.raw.pendingActivities ?? [];

/** Places by heartbeat; an activity that has not beaten yet has none. */
export const heartbeats = (pending: readonly PendingActivity[]): PartPlace[] =>
  pending.flatMap((activity) => {
    const payload = activity.heartbeatDetails?.payloads?.[0];
    const place = payload == null ? undefined : placeOf(defaultPayloadConverter.fromPayload(payload));
    return place === undefined ? [] : [place];
  });

interface Heartbeat {
  part: { stream: number; shard: number };
  next: number;
  totals: PartPlace['totals'];
}

function placeOf(details: unknown): PartPlace | undefined {
  if (!isHeartbeat(details)) return undefined;
  const { part, next, totals } = details;
  return { stream: part.stream, shard: part.shard, next, totals };
}

/** The boundary: what an activity of this program sent. */
const isHeartbeat = (details: unknown): details is Heartbeat =>
  typeof details === 'object' &&
  details !== null &&
  'next' in details &&
  typeof details.next === 'number' &&
  'part' in details &&
  'totals' in details;

/** The message of the latest attempt that failed and is being retried, and how often it was tried. */
export function retriedError(pending: readonly PendingActivity[]): string | null {
  for (const { lastFailure, attempt } of pending) {
    const message = lastFailure?.cause?.message ?? lastFailure?.message;
    if (message != null && message !== '') return (attempt ?? 1) > 1 ? `${message} (attempt ${String(attempt)})` : message;
  }
  return null;
}
