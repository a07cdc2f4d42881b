/** A schedule as callers see it. */
import { z } from 'zod';
import { formatInstant } from '../spec/instants';
import type { ScheduleSnapshot } from './schedules';

const instant = z.iso.datetime();

export const scheduleBody = z.strictObject({
  id: z.string(),
  enabled: z.boolean(),
  every: z.string().optional().describe('ISO 8601; or cron.'),
  cron: z.string().optional(),
  time_zone: z.string().describe('For cron.'),
  next_run_at: instant
    .nullable()
    .describe('Null when it is not enabled. A run that is still going on then takes the place of the next one.'),
  last_run: z.strictObject({ job_id: z.string(), at: instant }).nullable(),
  running: z.boolean().describe('A run is going on.'),
  scenario: z.string(),
  sink: z.string(),
  spec: z
    .record(z.string(), z.unknown())
    .describe('The specification of each run; its start, and its seed unless one is in here, are its own.'),
});

export type ScheduleBody = z.output<typeof scheduleBody>;

export function scheduleBodyOf({ id, enabled, timing, timeZone, nextRunAtMs, lastRun, running, plan }: ScheduleSnapshot): ScheduleBody {
  return {
    id,
    enabled,
    ...timing,
    time_zone: timeZone,
    next_run_at: nextRunAtMs === null ? null : formatInstant(nextRunAtMs),
    last_run: lastRun === null ? null : { job_id: lastRun.job, at: formatInstant(lastRun.atMs) },
    running,
    scenario: plan.scenario,
    sink: plan.sink,
    spec: { ...(plan.spec as object) },
  };
}
