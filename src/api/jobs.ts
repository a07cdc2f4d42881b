/** Jobs of every scenario. */
import { z } from 'zod';
import { runName } from '../../workflows/naming';
import { jobBody, jobBodyOf, jobStates } from '../jobs/job-body';
import type { Snapshot } from '../jobs/jobs';
import { startOnce } from '../jobs/start-once';
import { startedId } from '../spec/job-spec';
import { defaultJobId, planOf } from '../spec/plan';
import type { ApiDeps } from './deps';
import { jobExample, rowExample, specExample } from './examples';
import { jobRow, rowOf } from './job-row';
import { defineRoute, type Route } from './route';

/** For the timeline. */
export const BY = 'http';
export const params = z.strictObject({ id: startedId.meta({ examples: ['nightly'] }) });
export const oneRun = z.strictObject({
  run: z
    .string()
    .regex(/^\d{8}T\d{6}\.\d{3}Z$/, { error: 'must be the name of a run such as 20260105T231000.123Z' })
    .optional(),
});

/** Query parameters are text. */
const limit = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, { error: 'must be a whole number from 1 to 1000' })
  .default('100')
  .transform(Number);

export function jobRoutes({ jobs, surroundings, keys, version, now, random }: ApiDeps): Route[] {
  const bodyOf = (snapshot: Snapshot) => jobBodyOf(snapshot, surroundings, now().getTime());
  const job = (description: string) => ({ description, body: jobBody, example: jobExample });

  const start = defineRoute(
    {
      method: 'post',
      path: '/jobs',
      summary: 'Start a job; the same specification while it is active answers the active one.',
      body: 'spec',
      idempotent: true,
      example: specExample,
      answers: { 201: job('Started; Location names it.'), 200: job('Active already, with the same specification.') },
      problems: [409, 503],
    },
    async ({ body, key, mount }) => {
      const names = { id: body.id ?? defaultJobId(body.scenario.name, now(), random()), run: runName(now()) };
      return keys.once({ operation: 'jobs', key, input: body }, names, async ({ names: { id, run }, again }) => {
        const { started, snapshot } = await startOnce(jobs, planOf(body, { job: id, run, version }), again);
        return { status: started ? 201 : 200, body: bodyOf(snapshot), headers: { Location: `${mount}/jobs/${id}` } };
      });
    },
  );

  const list = defineRoute(
    {
      method: 'get',
      path: '/jobs',
      summary: 'Runs, newest first. A change shows here after a moment.',
      query: z.strictObject({
        state: z.enum(jobStates).optional(),
        scenario: z
          .string()
          .regex(/^[a-z0-9_-]{1,63}$/)
          .optional(),
        limit,
        page_token: z
          .string()
          .regex(/^[A-Za-z0-9_-]+$/)
          .optional(),
      }),
      answers: {
        200: {
          description: 'A page.',
          body: z.strictObject({ jobs: z.array(jobRow), next_page_token: z.string().nullable() }),
          example: { jobs: [rowExample], next_page_token: null },
        },
      },
      problems: [503],
    },
    async ({ query: { state, scenario, limit, page_token } }) => {
      const page = await jobs.list({
        limit,
        ...(state === undefined ? {} : { state }),
        ...(scenario === undefined ? {} : { scenario }),
        ...(page_token === undefined ? {} : { pageToken: page_token }),
      });
      return { status: 200, body: { jobs: page.jobs.map(rowOf), next_page_token: page.nextPageToken } };
    },
  );

  const show = defineRoute(
    {
      method: 'get',
      path: '/jobs/{id}',
      summary: 'A job: its newest run, or the one named by ?run=.',
      params,
      query: oneRun,
      answers: { 200: job('The job.') },
      problems: [404, 503],
    },
    async ({ params: { id }, query: { run } }) => ({ status: 200, body: bodyOf(await jobs.show(id, run)) }),
  );

  const change = (action: 'pause' | 'resume' | 'stop' | 'clean', summary: string) =>
    defineRoute(
      { method: 'post', path: `/jobs/{id}/${action}`, summary, params, answers: { 202: job('The job.') }, problems: [404, 409, 503] },
      async ({ params: { id } }) => ({ status: 202, body: bodyOf(await jobs[action](id, BY)) }),
    );

  return [
    start,
    list,
    show,
    change('pause', 'Pause: after the batch in hand nothing more is written.'),
    change('resume', 'Go on after a pause.'),
    change('stop', 'Stop: what was committed stays.'),
    change('clean', 'Delete the data of a paused or ended job, which then is cleaned; a second call is harmless.'),
  ];
}
