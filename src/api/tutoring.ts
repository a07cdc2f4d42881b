/** The tutoring simulator: one run of it, as the original is invoked. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { sum } from '../../workflows/ledger';
import { runName } from '../../workflows/naming';
import { jobStates } from '../jobs/job-body';
import { ended, type Jobs, type Snapshot } from '../jobs/jobs';
import { startOnce } from '../jobs/start-once';
import { inSettings, tutoringSettings, tutoringSpec } from '../jobs/tutoring';
import { refusal } from '../spec/failures';
import { defaultJobId, planOf } from '../spec/plan';
import type { ApiDeps } from './deps';
import { invokedExample } from './examples';
import { defineRoute, type Route } from './route';

const LOOK_MS = 200;

const count = z.int().min(0);
const invoked = z.strictObject({ job_id: z.string(), total_events: count });
const begun = z.strictObject({ ...invoked.shape, run: z.string() });
const done = z.strictObject({
  ...invoked.shape,
  state: z.enum(jobStates).describe('completed; or why it went no further.'),
  state_reason: z.string().nullable(),
  sent: count.describe('Events that the target took.'),
  rejected: count.describe('Events that it refused for good: rejected.jsonl has them, with its answers.'),
});

export function tutoringRoutes({ jobs, keys, tutoring, version, now, random }: ApiDeps): Route[] {
  return [
    defineRoute(
      {
        method: 'post',
        path: '/tutoring/invoke',
        summary: 'One run: STREAM_COUNT times EVENTS_PER_RUN events to INGEST_API_URL, 10 each 100 ms.',
        query: z.strictObject({ wait: z.enum(['true', 'false']).default('false') }),
        body: tutoringSettings,
        idempotent: true,
        example: { stream_count: 50, events_per_run: 10, ingest_api_url: 'http://localhost:9090/ingest' },
        answers: {
          202: { description: 'Started.', body: invoked, example: invokedExample },
          200: {
            description: 'With wait=true: when it has ended, or waits for somebody.',
            body: done,
            example: { ...invokedExample, state: 'completed', state_reason: null, sent: 500, rejected: 0 },
          },
        },
        problems: [503],
      },
      async ({ body, key, query: { wait } }) => {
        const spec = tutoringSpec(body, tutoring);
        if ((body.ingest_api_url ?? tutoring.ingest_api_url) === null)
          throw refusal('the body', [{ path: '/ingest_api_url', message: 'is missing: where the events go (or INGEST_API_URL)' }]);
        const names = { id: defaultJobId(spec.scenario.name, now(), random()), run: runName(now()) };
        // Waiting is no part of what is asked for: whoever comes again waits for the same run.
        const answer = await keys.once({ operation: 'tutoring', key, input: body }, names, async ({ names: { id, run }, again }) => {
          await startOnce(jobs, planOf(spec, { job: id, run, version }), again).catch((failure: unknown) => {
            throw inSettings(failure);
          });
          return { status: 202, body: { job_id: id, run, total_events: spec.load.events ?? 0 } };
        });
        const { run, ...started } = begun.parse(answer.body);
        if (wait === 'false') return { ...answer, body: started };
        const snapshot = await atRest(jobs, started.job_id, run);
        return { ...answer, status: 200, body: { ...started, ...outcomeOf(snapshot) } };
      },
    ),
  ];
}

/** The job when it has ended, or has paused and only somebody can help. */
async function atRest(jobs: Jobs, id: string, run: string): Promise<Snapshot> {
  for (;;) {
    const snapshot = await jobs.get(id, run);
    if (ended(snapshot.status) || snapshot.status.state === 'paused') return snapshot;
    await sleep(LOOK_MS);
  }
}

function outcomeOf({ status: { state, reason, parts } }: Snapshot) {
  const { emitted, rejected } = sum(parts.map(({ totals }) => totals));
  return { state, state_reason: reason, sent: emitted - rejected, rejected };
}
