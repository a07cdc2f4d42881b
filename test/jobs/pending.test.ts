import { defaultPayloadConverter } from '@temporalio/common';
import { heartbeats, retriedError } from '../../src/jobs/pending';
import { afterTotals } from '../api/totals';

const activity = (details?: unknown, message?: string, attempt = 1) =>
  ({
    ...(details === undefined ? {} : { heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload(details)] } }),
    attempt,
    ...(message === undefined ? {} : { lastFailure: { message } }),
  }) as Parameters<typeof heartbeats>[0][number];

test('places are read from heartbeats; an activity without one, or with one of another kind, has none', () => {
  const totals = afterTotals(3);
  const beat = activity({ part: { stream: 0, shard: 1 }, next: 3, totals });
  expect(heartbeats([activity(), beat, activity(null), activity({ other: 1 })])).toEqual([{ stream: 0, shard: 1, next: 3, totals }]);
});

test('what is being retried is said in its own words, with the number of the attempt', () => {
  expect(retriedError([activity(), activity(undefined, 'disk full')])).toBe('disk full');
  expect(retriedError([activity(undefined, 'broker away', 7)])).toBe('broker away (attempt 7)');
  expect(retriedError([activity()])).toBeNull();
});
