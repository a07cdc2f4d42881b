/** The email connector: the original's `POST /api/mock/events/generate`. Its callers' events go through `src/connector/`, and never near a job. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { runName } from '../../workflows/naming';
import { concealed } from '../connector/addresses';
import { callBody, MOST_EVENTS, readCall } from '../connector/input';
import { NoSuchJob, type Jobs } from '../jobs/jobs';
import { seasonOfCount } from '../jobs/email';
import { refusal } from '../spec/failures';
import { defaultJobId, planOf } from '../spec/plan';
import type { ApiDeps } from './deps';
import { acceptedExample, emailEventExample } from './examples';
import { idempotencyHeaders, IDEMPOTENCY_KEY } from './idempotency';
import { callersLimit } from './limit';
import { defineRoute, type Route } from './route';

const accepted = z.union([
  z.strictObject({
    accepted: z.int().min(1),
    event_ids: z.array(z.string()).min(1).max(MOST_EVENTS).describe('In the order of the events.'),
  }),
  z.strictObject({ accepted: z.int().min(1), job_id: z.string().describe('Of {"count":N}: the job that makes them.') }),
]);

export function emailRoutes(deps: ApiDeps): Route[] {
  const { connector, connectorRate } = deps;
  return [
    defineRoute(
      {
        method: 'post',
        path: '/api/mock/events/generate',
        summary: 'Publish one event, up to 1,000 as {"events":[…]}, or have a job make some: {"count":N}. Answered when they are durable.',
        headers: idempotencyHeaders,
        body: callBody,
        read: readCall,
        conceal: concealed,
        before: [callersLimit(connectorRate)],
        example: emailEventExample,
        answers: { 202: { description: 'Published, or the job has started.', body: accepted, example: acceptedExample } },
        problems: [429, 503, 504],
      },
      async ({ body, headers }) => {
        const key = headers[IDEMPOTENCY_KEY] ?? null;
        if (body.kind === 'count') return { status: 202, body: { accepted: body.count, job_id: await startCount(deps, body, key) } };
        const ids = await connector.accept(body.events, key, body.single);
        return { status: 202, body: { accepted: ids.length, event_ids: ids } };
      },
    ),
  ];
}

/** As `evergen email --count`. Under a key the job's id is the key's, and Temporal remembers it: a second job is never made. */
async function startCount(
  { jobs, emailSink, version, now, random }: ApiDeps,
  { count, seed }: { count: number; seed: number | undefined },
  key: string | null,
): Promise<string> {
  const id =
    key === null ? `${defaultJobId('email', now(), random())}${randomBytes(4).toString('hex')}` : `email-${digest(key).slice(0, 24)}`;
  const spec = await seasonOfCount({ count, seed: seed ?? parseInt(digest(id).slice(0, 8), 16), sink: emailSink, now: now() });
  const plan = planOf(spec, { job: id, run: runName(now()), version });
  const before = key === null ? null : await existing(jobs, id);
  if (before === null) await jobs.start(plan);
  else if (!sameOrder(before, plan.spec)) {
    throw refusal('the call', [{ path: '/Idempotency-Key', message: 'came with another body before: each call has a key of its own' }]);
  }
  return id;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

async function existing(jobs: Jobs, id: string): Promise<unknown> {
  try {
    return (await jobs.get(id)).status.plan.spec;
  } catch (failure) {
    if (failure instanceof NoSuchJob) return null;
    throw failure;
  }
}

const ordered = z.object({ seed: z.unknown(), scenario: z.object({ events: z.unknown() }) });

/** What a caller has said is the same; the day, and with it the start, may be another. */
function sameOrder(before: unknown, now: unknown): boolean {
  const [first, second] = [ordered.safeParse(before), ordered.safeParse(now)];
  return (
    first.success && second.success && first.data.seed === second.data.seed && first.data.scenario.events === second.data.scenario.events
  );
}
