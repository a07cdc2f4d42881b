/** What the facade answers, as its own schemas have it: types alone, nothing of the facade gets into the page. */
export type { JobBody } from '../../jobs/job-body';
export type { ScheduleBody } from '../../jobs/schedule-body';
export type { TimelineEntry } from '../../jobs/operators-timeline';

/** Of `GET /jobs`. */
export interface JobRow {
  id: string;
  run: string | null;
  scenario: string;
  sink: string;
  state: string;
  started_at: string;
  finished_at: string | null;
}

/** Of `POST /preview`. */
export interface Preview {
  seed: number;
  start: string;
  events: { stream: string; batch: number; i: number; due: string; key: string; value: unknown }[];
}
