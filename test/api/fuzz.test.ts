/** As `fuzz.live.test.ts`, over jobs in memory: many calls in little time, of everything between a socket and `Jobs`. */
import { serve } from './rig';
import { fuzz, fuzzRequests } from './fuzz/calls';

const REQUESTS = fuzzRequests(1_500);

jest.setTimeout(60_000 + REQUESTS * 100);

test(`of ${String(REQUESTS)} calls every answer is one that the document describes, and none is a fault of ours`, async () => {
  const { base, faults: ours } = await serve({ random: Math.random });

  const { faults, statuses } = await fuzz(base, REQUESTS);

  expect(faults).toEqual([]);
  expect(ours).toEqual([]);
  for (const status of [200, 201, 202, 400, 404, 409, 415, 422]) expect(statuses[status]).toBeGreaterThan(0);
});
