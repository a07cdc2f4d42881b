/** What may be changed of a schedule, by a call or a command. */
import { z } from 'zod';
import { refusal } from '../spec/failures';
import { NO_ZONE, oneTiming, timingOf, timingShape } from '../spec/schedule';
import type { Schedule } from './schedules';
import { tutoringSettings } from './tutoring';
import { changedTutoring, TUTORING } from './tutoring-schedule';

export const scheduleChanges = z
  .strictObject({ enabled: z.boolean().optional(), ...timingShape, ...tutoringSettings.shape })
  .check(oneTiming(false))
  .refine((changes) => Object.keys(changes).length > 0, { error: 'is empty: say what is to change, such as {"enabled":true}' })
  .meta({ description: 'What is not given stays. The last four are those of the schedule tutoring.', minProperties: 1 });

type Changes = z.output<typeof scheduleChanges>;

/**
 * @param version evergen's
 * @throws UserError with every problem
 */
export function changedBy(before: Schedule, { enabled, every, cron, time_zone, ...settings }: Changes, version: string): Schedule {
  if (time_zone !== undefined && cron === undefined && before.timing.cron === undefined)
    throw refusal('the change', [{ path: '/time_zone', message: NO_ZONE }]);
  const changed = { ...before, enabled: enabled ?? before.enabled, ...timingOf({ every, cron, time_zone }, before) };
  if (before.id === TUTORING) return changedTutoring(changed, settings, version);
  const strange = Object.keys(settings);
  if (strange.length === 0) return changed;
  throw refusal(
    'the change',
    strange.map((key) => ({ path: `/${key}`, message: `belongs to the schedule ${TUTORING}` })),
  );
}
