import { defaultPayloadConverter } from '@temporalio/common';
import { placesIn } from '../../src/jobs/history';
import { afterTotals } from '../api/totals';

type Event = Parameters<typeof placesIn>[0][number];
const payloads = (...values: unknown[]) => ({ payloads: values.map((value) => defaultPayloadConverter.toPayload(value)) });
const place = (next: number) => ({ next, totals: afterTotals(next) });

const scheduled = (id: number, shard: number) =>
  ({ eventId: id, activityTaskScheduledEventAttributes: { input: payloads({ part: { stream: 0, shard } }) } }) as unknown as Event;
const completed = (id: number, of: number, next: number) =>
  ({
    eventId: id,
    activityTaskCompletedEventAttributes: { scheduledEventId: of, result: payloads({ why: 'span', ...place(next) }) },
  }) as unknown as Event;
const began = (parts: unknown) =>
  ({ eventId: 1, workflowExecutionStartedEventAttributes: { input: payloads({ job: 'j' }, { state: { parts } }) } }) as unknown as Event;

test('the furthest receipt of each part counts, newest event first as Temporal tells them', () => {
  const events = [
    completed(12, 11, 9),
    scheduled(11, 0),
    completed(8, 6, 4),
    completed(7, 5, 5),
    scheduled(6, 1),
    scheduled(5, 0),
    began([]),
  ];
  expect(placesIn(events)).toEqual([
    { stream: 0, shard: 0, ...place(9) },
    { stream: 0, shard: 1, ...place(4) },
  ]);
});

test('an execution that another one went over into knows what was carried over', () => {
  expect(placesIn([began([{ stream: 0, shard: 0, running: null, ...place(7) }])])).toEqual([{ stream: 0, shard: 0, ...place(7) }]);
});

test('activities without a part or a place, and a receipt whose start lies further back, tell nothing', () => {
  expect(
    placesIn([
      completed(12, 3, 9),
      { eventId: 5, activityTaskScheduledEventAttributes: { input: payloads({ other: 1 }) } } as unknown as Event,
    ]),
  ).toEqual([]);
});
