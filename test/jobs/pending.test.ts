import { defaultPayloadConverter } from '@temporalio/common';
import { heartbeats, retriedError } from '../../src/jobs/pending';
import { afterTotals } from '../api/totals';

const activity = (details?: unknown, message?: string) =>
  ({
    ...(details === undefined ? {} : { heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload(details)] } }),
    ...(message === undefined ? {} : { lastFailure: { message } }),
  }) as Parameters<typeof heartbeats>[0][number];

test('places are read from heartbeats; an activity without one, or with one of another kind, has none', () => {
  const totals = afterTotals(3);
  const beat = activity({ part: { stream: 0, shard: 1 }, next: 3, totals });
  expect(heartbeats([activity(), beat, activity(null), activity({ other: 1 })])).toEqual([{ stream: 0, shard: 1, next: 3, totals }]);
});

test('what is being retried is said in its own words', () => {
  expect(retriedError([activity(), activity(undefined, 'disk full')])).toBe('disk full');
  expect(retriedError([activity()])).toBeNull();
});
