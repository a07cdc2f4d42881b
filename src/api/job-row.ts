/** A run in a list. */
import { z } from 'zod';
import { jobStates } from '../jobs/job-body';
import type { Listed } from '../jobs/jobs';
import { formatInstant } from '../spec/instants';

export const jobRow = z.strictObject({
  id: z.string(),
  run: z.string().nullable(),
  scenario: z.string(),
  sink: z.string(),
  state: z.enum(jobStates),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
});

export const rowOf = ({ startedAtMs, finishedAtMs, ...row }: Listed): z.output<typeof jobRow> => ({
  ...row,
  started_at: formatInstant(startedAtMs),
  finished_at: finishedAtMs === null ? null : formatInstant(finishedAtMs),
});
