import type { Connection } from '@temporalio/client';
import { listJobs, type Listing } from '../../src/jobs/list';
import { TemporalAway } from '../../src/jobs/jobs';
import { UserError } from '../../src/spec/failures';

/** A Temporal that refuses every page but the first in this way. */
function refusing(code: number): Listing {
  const workflowService = {
    listWorkflowExecutions: ({ nextPageToken }: { nextPageToken: Buffer }) =>
      nextPageToken.length === 0
        ? Promise.resolve({ executions: [], nextPageToken: Buffer.alloc(0) })
        : Promise.reject(Object.assign(new Error('refused'), { code, details: 'refused', metadata: {} })),
  };
  const connection = { workflowService, withDeadline: (_: number, call: () => Promise<unknown>) => call() };
  return { connection: connection as unknown as Connection, namespace: 'default', cleaned: () => Promise.resolve(false) };
}
const query = { limit: 10, pageToken: '0-YWJj' };

test.each([
  ['says that it is not available for a token that is none', 14, UserError],
  ['has no time for a page is slow, and the token as good as before', 4, TemporalAway],
])('a Temporal that %s', async (_, code, failure) => {
  await expect(listJobs(refusing(code), query)).rejects.toThrow(failure);
});
