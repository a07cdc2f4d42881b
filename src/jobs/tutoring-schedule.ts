/** The schedule `tutoring`: there from the first start on, each minute, not enabled until somebody enables it. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Plan } from '../../workflows/messages';
import { refusal } from '../spec/failures';
import { parseJobSpec } from '../spec/job-spec';
import { planOf } from '../spec/plan';
import { once } from './once';
import { NoSuchSchedule, ScheduleExists, type Schedule, type Schedules, type ScheduleSnapshot } from './schedules';
import { inSettings, tutoringSettings, tutoringSpec, type TutoringDefaults, type TutoringSettings } from './tutoring';

export const TUTORING = 'tutoring';

/** Kept with the schedule: what was asked for, and what stood in for the rest when the facade started last. */
const kept = z.object({
  asked: tutoringSettings,
  defaults: z.object({ stream_count: z.int(), events_per_run: z.int(), ingest_api_url: z.string().nullable() }),
});

/** The settings that are in force. */
function tutoringSettingsOf({ settings }: Schedule): TutoringSettings {
  const { asked, defaults } = kept.parse(settings);
  const { ingest_api_url, ...numbers } = defaults;
  return { ...numbers, ...(ingest_api_url === null ? {} : { ingest_api_url }), ...asked };
}

/** @throws UserError when a setting is wrong, or when it is enabled and no target is known */
export function changedTutoring(schedule: Schedule, changes: TutoringSettings, version: string): Schedule {
  const { asked, defaults } = kept.parse(schedule.settings);
  const changed = withSettings(schedule, { ...asked, ...changes }, defaults, version);
  if (!schedule.enabled || tutoringSettingsOf(changed).ingest_api_url !== undefined) return changed;
  throw refusal('the schedule', [
    { path: '/ingest_api_url', message: 'is missing: where the events go (or INGEST_API_URL, when evergen starts)' },
  ]);
}

function withSettings(
  schedule: Omit<Schedule, 'plan' | 'settings'>,
  asked: TutoringSettings,
  defaults: TutoringDefaults,
  version: string,
): Schedule {
  const plan = planOf(tutoringSpec(asked, defaults), { job: TUTORING, run: null, version });
  return { ...schedule, plan, settings: { asked, defaults } };
}

export interface TutoringSchedule {
  defaults: TutoringDefaults;
  /** evergen's version. */
  version: string;
  /** Of the facade: what was not asked for follows its environment. Of a command, whose environment may be another: only what is missing is made. */
  refresh: boolean;
  /** Throws `UserError` where the runs could not be carried out here. Asked of every specification that a caller gives, so that nobody learns it later. */
  admit: (spec: unknown) => void;
}

/** Sees to it, before the first call, that the schedule is there. */
export function withTutoring(schedules: Schedules, own: TutoringSchedule): Schedules & { ready(): Promise<void> } {
  const ready = once(() => ensure(schedules, own));
  const after = async <T>(act: () => Promise<T>): Promise<T> => {
    await ready();
    return act();
  };
  return {
    ready,
    list: () =>
      after(async () => {
        const listed = await schedules.list();
        // A list trails behind, but this one is known to be there.
        return listed.some(({ id }) => id === TUTORING) ? listed : [...listed, await schedules.get(TUTORING)].sort(byId);
      }),
    get: (id) => after(() => schedules.get(id)),
    create: (schedule) =>
      after(() => {
        own.admit(schedule.plan.spec);
        return schedules.create(schedule);
      }),
    change: (id, changed) =>
      after(() =>
        inItsTerms(id, () =>
          schedules.change(id, (before) => {
            const made = changed(before);
            if (namesAnother(before.plan, made.plan)) own.admit(made.plan.spec);
            return made;
          }),
        ),
      ),
    trigger: (id) => after(() => inItsTerms(id, () => schedules.trigger(id))),
    remove: (id) => after(() => schedules.remove(id)),
  };
}

/** Whoever changes or triggers it knows settings, no specification. */
async function inItsTerms<T>(id: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (failure) {
    throw id === TUTORING ? inSettings(failure) : failure;
  }
}

/** Whether the target is not the one before. None at all may come later, as long as the schedule is not enabled. */
function namesAnother(before: Plan, made: Plan): boolean {
  const [old, now] = [before, made].map(({ spec }) => parseJobSpec(spec).sink.options['url']);
  return now !== undefined && now !== old;
}

const byId = (a: ScheduleSnapshot, b: ScheduleSnapshot): number => (a.id < b.id ? -1 : 1);

async function ensure(schedules: Schedules, { defaults, version, refresh }: TutoringSchedule): Promise<void> {
  try {
    const present = await schedules.get(TUTORING);
    if (!refresh) return;
    const fresh = withSettings(present, kept.parse(present.settings).asked, defaults, version);
    if (!isDeepStrictEqual(asSent(fresh.plan), asSent(present.plan)) || !isDeepStrictEqual(fresh.settings, present.settings))
      await schedules.change(TUTORING, (before) => withSettings(before, kept.parse(before.settings).asked, defaults, version));
  } catch (failure) {
    if (!(failure instanceof NoSuchSchedule)) throw failure;
    const timing = { timing: { every: 'PT1M' }, timeZone: 'UTC' };
    await schedules.create(withSettings({ id: TUTORING, enabled: false, ...timing }, {}, defaults, version)).catch(unlessThere);
  }
}

/** By way of JSON: a key that is undefined is no key. */
const asSent = (plan: Plan): unknown => JSON.parse(JSON.stringify(plan));

/** Somebody else was quicker. */
function unlessThere(failure: unknown): void {
  if (!(failure instanceof ScheduleExists)) throw failure;
}
