/** A schedule as users write it: when its runs begin, and the job that each of them is. */
import { Cron } from 'croner';
import { z } from 'zod';
import { cadenceOf } from './cadence';
import { parseDuration } from './durations';
import { expected } from '../explain';
import { jobId, jobSpec } from './job-spec';
import { isObject } from './objects';
import { duration } from './pace';

/** A run each `every` (ISO 8601), or at the times of a cron expression. */
export type Timing = { every: string; cron?: never } | { cron: string; every?: never };

const CRON = 'a cron expression of five fields such as */5 * * * * or 0 9 * * MON-FRI';
/** What Temporal understands of a field; croner knows more. */
const FIELD = /^(?:[\d*,/-]|[A-Z]{3})+$/i;
/** In the order of the expression, with what each may be. */
const FIELDS = [
  ['minute', '0 to 59'],
  ['hour', '0 to 23'],
  ['day of month', '1 to 31'],
  ['month', '1 to 12 or JAN to DEC'],
  ['day of week', '0 to 7 or SUN to SAT'],
] as const;

const every = duration({ min: 1_000_000 }).refine((text) => (parseDuration(text) ?? 0) % 1_000_000 === 0, {
  error: ({ input }) => expected('a duration of whole seconds', input),
});

const cron = z.string({ error: ({ input }) => expected(CRON, input) }).superRefine((text, context) => {
  const fault = faultOf(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: `${expected(CRON, text)}: ${fault}` });
});

/** Why it is none, in our words: croner's tell of forms that are not taken here. Null: it is one. */
function faultOf(text: string): string | null {
  const given = text.split(/\s+/).filter((field) => field !== '');
  if (given.length !== FIELDS.length) return `it has ${String(given.length)}`;
  const wrong = FIELDS.flatMap(([name, range], i) => {
    const field = given[i] ?? '';
    const alone = FIELDS.map((_, at) => (at === i ? field : '*')).join(' ');
    return FIELD.test(field) && nextOf(alone) !== undefined ? [] : [`${name} ${JSON.stringify(field)} is not of ${range}`];
  });
  if (wrong.length > 0) return wrong.join(', ');
  return nextOf(given.join(' ')) === null ? 'that never comes' : null;
}

/** Null: never; undefined: no expression. */
function nextOf(text: string): Date | null | undefined {
  try {
    // Day of month and day of week must both fit, as in Temporal. From an instant that is always the same: what matters is whether there is one.
    return new Cron(text, { paused: true, mode: '5-part', domAndDow: true, timezone: 'UTC' }).nextRun(new Date(0));
  } catch {
    return undefined;
  }
}

const timeZone = z.string().refine(isTimeZone, { error: ({ input }) => expected('an IANA time zone such as Europe/Berlin', input) });

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Z]/i.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** When: exactly one of the first two, for a schedule to be made. */
export const timingShape = {
  every: every
    .optional()
    .describe('A run each interval, PT30S or 30s: whole seconds, at least PT1S, counted from midnight UTC of 1 January 1970.'),
  cron: cron.optional().describe('Or at the times of a cron expression of five fields: minute, hour, day of month, month, day of week.'),
  time_zone: timeZone.optional().describe('For cron; default UTC.'),
};

interface When {
  every?: string | undefined;
  cron?: string | undefined;
  time_zone?: string | undefined;
}

/** An interval counts from an instant, wherever that is read. */
export const NO_ZONE = 'is for cron: an interval has no time zone';

/** Checks an object with `timingShape` beyond its keys, also when others of them are wrong. */
export const oneTiming = (needed: boolean) =>
  z.superRefine<When>(
    ({ every, cron, time_zone }, context) => {
      const say = (path: string[], message: string) => {
        context.addIssue({ code: 'custom', path, message });
      };
      if (every !== undefined && cron !== undefined) say(['cron'], 'contradicts every: give one of them');
      if (needed && every === undefined && cron === undefined) say([], 'needs every or cron');
      if (every !== undefined && cron === undefined && time_zone !== undefined) say(['time_zone'], NO_ZONE);
    },
    { when: ({ value }) => isObject(value) },
  );

/** What a schedule gives to each of its runs, and its specification therefore must not. */
const OWN = [
  ['id', 'is the schedule’s to give: each run is named after it and its instant'],
  ['timeline', 'belongs to one run; leave it out'],
] as const;

export const scheduleSpec = z
  .strictObject({
    id: jobId.describe('The ids of its runs begin with it.'),
    ...timingShape,
    enabled: z.boolean().default(false),
    spec: jobSpec.describe(
      'The job that each run is, which must come to an end by itself; without id and load.start, which the schedule gives. A seed is that of every run: they then differ by their start alone; without one each has its own.',
    ),
  })
  .check(oneTiming(true))
  .check(
    z.superRefine(({ spec }, context) => {
      for (const [key, message] of OWN) if (spec[key] !== undefined) context.addIssue({ code: 'custom', path: ['spec', key], message });
      if (spec.load.start !== undefined)
        context.addIssue({ code: 'custom', path: ['spec', 'load', 'start'], message: 'is the schedule’s to give: no two runs are alike' });
      if (isEndless(spec))
        context.addIssue({
          code: 'custom',
          path: ['spec', 'load'],
          message: 'needs for, events or batches: runs never overlap, so that one without an end would be the last',
        });
    }),
  );

/** Whether nothing but a stop ends a run. */
function isEndless({ scenario, load: { pace, ...limits } }: Pick<z.output<typeof jobSpec>, 'scenario' | 'load'>): boolean {
  if (limits.for !== undefined || limits.events !== undefined || limits.batches !== undefined) return false;
  if (pace !== undefined) return !('stages' in pace) || pace.repeat;
  return cadenceOf(scenario)?.some(({ batches }) => batches === undefined) ?? true;
}

/** As `jobs` takes it; what is not given stays as it was before. */
export function timingOf(
  { every, cron, time_zone }: When,
  before: { timing: Timing; timeZone: string } = { timing: { every: 'PT1M' }, timeZone: 'UTC' },
): { timing: Timing; timeZone: string } {
  const timing = cron !== undefined ? { cron } : every !== undefined ? { every } : before.timing;
  return { timing, timeZone: time_zone ?? before.timeZone };
}
