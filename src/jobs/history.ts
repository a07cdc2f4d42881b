/** What a run's history tells of its places, for a process that has shown nothing of the run yet while no worker is there to ask. */
import type { Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { withinDeadline } from './deadline';
import { furthest, type PartPlace } from './merge';

/** Of the newest events; a history is short, and what lies further back has been overtaken. */
const EVENTS = 250;

type Answer = Awaited<ReturnType<Connection['workflowService']['getWorkflowExecutionHistoryReverse']>>;
type HistoryEvent = NonNullable<NonNullable<NonNullable<Answer['history']>['events']>[number]>;

/** The furthest place of each part that a receipt, an answer of settle, or the state that was carried over tells of. */
export async function placesInHistory(connection: Connection, namespace: string, workflowId: string, runId: string): Promise<PartPlace[]> {
  const { history } = await withinDeadline(connection, () =>
    connection.workflowService.getWorkflowExecutionHistoryReverse({ namespace, execution: { workflowId, runId }, maximumPageSize: EVENTS }),
  );
  return placesIn(history?.events ?? []);
}

export function placesIn(events: readonly HistoryEvent[]): PartPlace[] {
  const parts = new Map(
    events.flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) => pair(String(eventId), scheduled?.input?.payloads)),
  );
  const told = events.flatMap((event) => {
    const completed = event.activityTaskCompletedEventAttributes;
    const part = parts.get(String(completed?.scheduledEventId));
    const [place] = valuesOf(completed?.result?.payloads);
    if (part !== undefined && isPlace(place)) return [{ ...part, next: place.next, totals: place.totals }];
    return carriedOver(valuesOf(event.workflowExecutionStartedEventAttributes?.input?.payloads)[1]);
  });
  return furthest(told);
}

type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

const valuesOf = (payloads: readonly Payload[] | null | undefined): unknown[] =>
  (payloads ?? []).map((payload): unknown => defaultPayloadConverter.fromPayload(payload));

/** Event id of an activity's start → the part it worked on. */
function pair(id: string, payloads: readonly Payload[] | null | undefined): [string, Pick<PartPlace, 'stream' | 'shard'>][] {
  const [args] = valuesOf(payloads);
  if (typeof args !== 'object' || args === null || !('part' in args)) return [];
  const { stream, shard } = args.part as PartPlace;
  return [[id, { stream, shard }]];
}

const isPlace = (value: unknown): value is PartPlace =>
  typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'number' && 'totals' in value;

/** The second argument of an execution that another one went over into. */
function carriedOver(carried: unknown): PartPlace[] {
  const { state } = (carried ?? {}) as { state?: { parts?: unknown[] } };
  return (state?.parts ?? []).filter(isPlace).map(({ stream, shard, next, totals }) => ({ stream, shard, next, totals }));
}
