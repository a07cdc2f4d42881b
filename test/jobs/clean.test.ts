import { WorkflowFailedError, type Client, type Connection } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { cleanEnded } from '../../src/jobs/clean';
import { NotCleaned } from '../../src/jobs/jobs';
import { unanswered } from '../../src/jobs/merge';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { namePlan } from '../../workflows/naming';

const spec = parseJobSpec({ scenario: 'crisis', sink: 'kafka', load: { pace: { rate: 5 } } });
const failed = unanswered(namePlan(planOf(spec, { job: 'night', run: 'r', version: '1' }), { startTime: new Date(0) }), 'failed', 0);
const connection = { withDeadline: (_: number, act: () => unknown) => act() } as unknown as Connection;
const answering = (result: Promise<unknown>): Client =>
  ({ workflow: { start: () => Promise.resolve({ result: () => result }) } }) as unknown as Client;
const cleaning = (result: Promise<unknown>) => cleanEnded(connection, answering(result), failed, undefined, 1000);

test('what no further try mends is told in the words of the sink, not as a failed workflow', async () => {
  const said = ApplicationFailure.nonRetryable('KAFKA_BOOTSTRAP is not set', 'SinkRejected');
  const activity = new ActivityFailure('Activity task failed', 'clean', '1', 'NON_RETRYABLE_FAILURE', 'worker', said);
  const failure = cleaning(Promise.reject(new WorkflowFailedError('Workflow execution failed', activity, 'NON_RETRYABLE_FAILURE')));

  await expect(failure).rejects.toThrow(new NotCleaned('night', 'KAFKA_BOOTSTRAP is not set'));
  await expect(failure).rejects.toThrow('job night is not cleaned: KAFKA_BOOTSTRAP is not set');
  await expect(failure).rejects.toMatchObject({ code: 'NOT_CLEANED' });
});

test('every other fault stays what it is', async () => {
  await expect(cleaning(Promise.reject(new RangeError('of ours')))).rejects.toThrow(RangeError);
});
