/** What happened to a job, what it takes to do it again, and the change of its pace. */
import { z } from 'zod';
import { jobBody, jobBodyOf } from '../jobs/job-body';
import { timelineBody, timelineEntries } from '../jobs/operators-timeline';
import { specText, specToRepeat } from '../jobs/repeat';
import { jobSpec } from '../spec/job-spec';
import { pace } from '../spec/pace';
import { parsePace } from '../spec/pace-numbers';
import type { ApiDeps } from './deps';
import { jobExample, repeatExample, rowExample } from './examples';
import { jobRow, rowOf } from './job-row';
import { BY, oneRun, params } from './jobs';
import { HttpError } from './problem';
import { defineRoute, type Route } from './route';

export function timelineRoutes({ jobs, surroundings, now }: ApiDeps): Route[] {
  return [
    defineRoute(
      {
        method: 'get',
        path: '/jobs/{id}/timeline',
        summary: 'What operators and outages did to a run.',
        params,
        query: oneRun,
        answers: { 200: { description: 'Entries, oldest first.', body: timelineBody } },
        problems: [404, 503],
      },
      async ({ params: { id }, query: { run } }) => {
        const { status } = await jobs.get(id, run);
        return { status: 200, body: { entries: timelineEntries(status) } };
      },
    ),
    defineRoute(
      {
        method: 'get',
        path: '/jobs/{id}/runs',
        summary: 'The runs of a job, newest first; also those that Temporal has forgotten, as long as their manifests are kept.',
        params,
        answers: { 200: { description: 'All of them.', body: z.strictObject({ runs: z.array(jobRow) }), example: { runs: [rowExample] } } },
        problems: [404, 503],
      },
      async ({ params: { id } }) => ({ status: 200, body: { runs: (await jobs.runs(id)).map(rowOf) } }),
    ),
    defineRoute(
      {
        method: 'get',
        path: '/jobs/{id}/spec',
        summary: 'The specification that does a run again: seed, start and timeline fixed, the same bytes.',
        params,
        query: oneRun,
        answers: {
          200: { description: 'YAML for POST /jobs and `evergen run`.', body: jobSpec, example: repeatExample, type: 'application/yaml' },
        },
        problems: [404, 409, 503],
      },
      async ({ params: { id }, query: { run } }) => {
        const { status } = await jobs.get(id, run);
        const spec = specToRepeat(status);
        if (spec === null) throw new HttpError(409, `job ${id} has not begun yet: its start is not fixed`);
        return { status: 200, body: specText(status, spec) };
      },
    ),
    defineRoute(
      {
        method: 'patch',
        path: '/jobs/{id}/pace',
        summary: 'Change the pace, from the next batch on.',
        params,
        body: pace,
        example: { rate: 20 },
        answers: { 202: { description: 'The job.', body: jobBody, example: jobExample } },
        problems: [404, 409, 503],
      },
      async ({ params: { id }, body }) => {
        const snapshot = await jobs.setPace(id, (plan) => parsePace(body, plan), BY);
        return { status: 202, body: jobBodyOf(snapshot, surroundings, now().getTime()) };
      },
    ),
  ];
}
