/** Jobs that begin again and again. */
import { z } from 'zod';
import { scheduleBody, scheduleBodyOf } from '../jobs/schedule-body';
import { changedBy, scheduleChanges } from '../jobs/schedule-changes';
import { sameSpec } from '../jobs/same-spec';
import { ScheduleExists, type Schedule, type Schedules, type ScheduleSnapshot } from '../jobs/schedules';
import { TUTORING } from '../jobs/tutoring-schedule';
import { refusal, UserError, type Problem } from '../spec/failures';
import { jobId, resolved } from '../spec/job-spec';
import { planOf } from '../spec/plan';
import { scheduleSpec, timingOf } from '../spec/schedule';
import type { ApiDeps } from './deps';
import { scheduleExample, scheduleSpecExample } from './examples';
import { HttpError } from './problem';
import { defineRoute, type Route } from './route';

const params = z.strictObject({ id: jobId.meta({ examples: [TUTORING] }) });

export function scheduleRoutes({ schedules, keys, version }: ApiDeps): Route[] {
  const one = (description: string) => ({ description, body: scheduleBody, example: scheduleExample });

  const list = defineRoute(
    {
      method: 'get',
      path: '/schedules',
      summary: 'All schedules. One that was just made or removed shows here after a moment.',
      answers: {
        200: {
          description: 'By id.',
          body: z.strictObject({ schedules: z.array(scheduleBody) }),
          example: { schedules: [scheduleExample] },
        },
      },
      problems: [503],
    },
    async () => ({ status: 200, body: { schedules: (await schedules.list()).map(scheduleBodyOf) } }),
  );

  const show = defineRoute(
    {
      method: 'get',
      path: '/schedules/{id}',
      summary: 'A schedule.',
      params,
      answers: { 200: one('The schedule.') },
      problems: [404, 503],
    },
    async ({ params: { id } }) => ({ status: 200, body: scheduleBodyOf(await schedules.get(id)) }),
  );

  const create = defineRoute(
    {
      method: 'post',
      path: '/schedules',
      summary: 'Schedule any job. Its runs differ in start, and in seed unless the specification has one; they never overlap.',
      body: scheduleSpec,
      idempotent: true,
      example: scheduleSpecExample,
      answers: { 201: one('Made; Location names it.') },
      problems: [409, 503],
    },
    ({ body, key, mount }) =>
      keys.once({ operation: 'schedules', key, input: body }, {}, async ({ again }) => {
        const { id, enabled, spec, ...when } = body;
        const plan = planOf(resolved(spec), { job: id, run: null, version });
        const made = await createdOnce(schedules, { id, enabled, ...timingOf(when), plan, settings: {} }, again);
        return { status: 201, body: scheduleBodyOf(made), headers: { Location: `${mount}/schedules/${id}` } };
      }),
  );

  const change = defineRoute(
    {
      method: 'patch',
      path: '/schedules/{id}',
      summary: 'Enable, disable, or change it from the next run on.',
      params,
      body: scheduleChanges,
      example: { enabled: true, every: 'PT30S' },
      answers: { 200: one('As it is now.') },
      problems: [404, 503],
    },
    async ({ params: { id }, body }) => {
      const changed = await schedules.change(id, (before) => changedBy(before, body, version));
      return { status: 200, body: scheduleBodyOf(changed) };
    },
  );

  const trigger = defineRoute(
    {
      method: 'post',
      path: '/schedules/{id}/trigger',
      summary: 'A run now, enabled or not.',
      params,
      idempotent: true,
      answers: { 202: one('Started: last_run is it.') },
      problems: [404, 409, 503],
    },
    ({ params: { id }, key }) =>
      keys.once({ operation: 'trigger', key, input: id }, {}, async ({ atMs, again }) => ({
        status: 202,
        body: scheduleBodyOf((again ? await triggeredSince(schedules, id, atMs) : null) ?? (await schedules.trigger(id))),
      })),
  );

  const remove = defineRoute(
    {
      method: 'delete',
      path: '/schedules/{id}',
      summary: 'Remove it; its runs stay.',
      params,
      answers: { 200: one('As it was.') },
      problems: [404, 409, 503],
    },
    async ({ params: { id } }) => {
      if (id === TUTORING) throw new HttpError(409, 'the schedule tutoring belongs to evergen: disable it instead');
      return { status: 200, body: scheduleBodyOf(await schedules.remove(id)) };
    },
  );

  return [list, create, show, change, trigger, remove];
}

/** What the surroundings refuse is said of the specification. */
const inSpec = ({ path, message }: Problem): Problem => ({ path: path.startsWith('/sink') ? `/spec${path}` : path, message });

/** @param again an earlier attempt may have made it: one of the same specification then is that one */
async function createdOnce(schedules: Schedules, schedule: Schedule, again: boolean): Promise<ScheduleSnapshot> {
  try {
    return await schedules.create(schedule);
  } catch (failure) {
    if (failure instanceof UserError) throw refusal('the body', failure.problems.map(inSpec));
    if (!again || !(failure instanceof ScheduleExists)) throw failure;
    const there = await schedules.get(schedule.id);
    if (sameSpec(there.plan, schedule.plan)) return there;
    throw failure;
  }
}

/** The schedule, if a run of it has begun since; null: none has. */
async function triggeredSince(schedules: Schedules, id: string, sinceMs: number): Promise<ScheduleSnapshot | null> {
  const schedule = await schedules.get(id);
  return (schedule.lastRun?.atMs ?? 0) >= sinceMs ? schedule : null;
}
