/** What a specification may say about an http target. It never holds credentials: those come from the worker's environment (`target.ts`). */
import { z } from 'zod';
import { formatDuration, parseDuration } from '../../../workflows/durations';
import { urlProblem } from './url';

const MIN_TIMEOUT_US = 10_000;
const MAX_TIMEOUT_US = 600_000_000;
const TIMEOUT = 'must be a duration from 10 ms to 10 minutes, such as 5s or PT5S';

/** Kept in its canonical form. */
const timeout = z.string({ error: TIMEOUT }).transform((text, context) => {
  const us = parseDuration(text);
  if (us !== undefined && us >= MIN_TIMEOUT_US && us <= MAX_TIMEOUT_US) return formatDuration(us);
  context.addIssue({ code: 'custom', message: TIMEOUT });
  return z.NEVER;
});

const url = z
  .string()
  .max(2000)
  .superRefine((text, context) => {
    const message = urlProblem(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

export const options = z.strictObject({
  url: url.optional().describe("Where each event is POSTed; default: HTTP_URL of the worker's environment, or HTTP_<TARGET>_URL."),
  target: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,31}$/, { error: 'must be a name of a-z, 0-9, _ and -, beginning with a letter, of at most 32' })
    .optional()
    .describe(
      "Takes HTTP_<TARGET>_URL, _TOKEN and _HEADERS of the worker's environment in place of HTTP_URL, HTTP_TOKEN and HTTP_HEADERS.",
    ),
  concurrency: z.int().min(1).max(256).default(32).describe('Requests under way at a time, from each writer: 1 to 256.'),
  timeout: timeout.default('PT5S').describe('From the begin of a request to the end of its answer.'),
  array: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Sends JSON arrays of up to so many events (never of two batches) in place of one event a request.'),
});

export type HttpOptions = z.output<typeof options>;
