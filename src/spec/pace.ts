/** `load`: how much and when. */
import { z } from 'zod';
import { formatDuration, parseDuration } from './durations';
import { expected } from '../explain';
import { oneForm } from './failures';
import { formatInstant, parseInstant } from './instants';
import { isObject } from './objects';

/** A batch holds at most so many events. */
const MAX_BATCH = 100_000;
/** Stages are in every entry of the timeline: some more and a history grows. */
const MAX_STAGES = 100;
const MAX_STAGES_US = 36_500 * 86_400_000_000;

/** A duration in either form, kept in its canonical one. `min` in µs. */
export function duration({ min = 0 }: { min?: number } = {}) {
  const allowed = `a duration ${min > 0 ? `of at least ${formatDuration(min)} ` : ''}such as PT10S, 10s or 5m`;
  return canonical(allowed, (text) => {
    const us = parseDuration(text);
    return us === undefined || us < min ? undefined : formatDuration(us);
  });
}

export const instant = canonical(
  'an RFC 3339 instant from 1970 to 2199 with at most milliseconds, such as 2026-01-01T00:00:00Z',
  (text) => {
    const ms = parseInstant(text);
    return ms === undefined ? undefined : formatInstant(ms);
  },
);

/** @param canonical as the schema gives it */
export function microseconds(canonical: string): number {
  const us = parseDuration(canonical);
  if (us === undefined) throw new Error(`not a duration: ${canonical}`);
  return us;
}

/** Text that is kept in its canonical form; `form` answers undefined when it is none. */
function canonical(allowed: string, form: (text: string) => string | undefined) {
  return z.string({ error: ({ input }) => expected(allowed, input) }).transform((text, ctx) => {
    const found = form(text);
    if (found !== undefined) return found;
    ctx.addIssue({ code: 'custom', message: expected(allowed, text) });
    return z.NEVER;
  });
}

const events = z.int().min(1).max(MAX_BATCH);
const rate = z.number().min(0).max(1e6);

const stage = z.strictObject({
  rate: z
    .union([rate, z.strictObject({ from: rate, to: rate })])
    .describe('Events per second: a number, or from one to another in a straight line. 0 is silence.'),
  for: duration({ min: 1000 }).describe('How long.'),
});

/** What a pace may be, in words. */
const FORMS = 'rate, or every and batch_size, or stages, or unpaced';
export const PACES = `an object with ${FORMS}`;

export const pace = oneForm(
  [
    z.strictObject({ rate: rate.describe('Events per second.') }),
    z.strictObject({
      every: duration({ min: 50_000 }).describe('A batch each interval, at least PT0.05S.'),
      batch_size: z
        .union([
          events,
          z.strictObject({ min: z.int().min(0).max(MAX_BATCH), max: z.int().min(0).max(MAX_BATCH) }).refine(({ min, max }) => min <= max, {
            error: 'min must not be above max',
          }),
        ])
        .describe('Events a batch: a number, or drawn from min to max.'),
    }),
    z.strictObject({
      unpaced: z
        .strictObject({
          batch_size: events,
          step: duration({ min: 1 }).describe('Distance of the event times.'),
        })
        .describe('As fast as the sink commits.'),
    }),
    z.strictObject({
      stages: z
        .array(stage)
        .min(1, { error: ({ input }) => expected('a list of at least one stage', input) })
        .max(MAX_STAGES, { error: `must be at most ${String(MAX_STAGES)} stages` })
        .refine((stages) => stages.reduce((sum, stage) => sum + microseconds(stage.for), 0) <= MAX_STAGES_US, {
          error: `must last at most ${formatDuration(MAX_STAGES_US)} in all`,
        })
        .describe('Steps and ramps, one after the other.'),
      repeat: z.boolean().default(false).describe('Over and over, until another limit or a stop; else the job ends with the last stage.'),
    }),
  ],
  { error: ({ input }) => (isObject(input) ? `needs ${FORMS}` : expected(PACES, input)) },
).describe(
  'How fast: rate, or every with batch_size, or stages, or unpaced. A scenario with a cadence of its own takes none; all others need it.',
);

const count = z.int().min(0);
const policy = z.enum(['hold', 'skip', 'catch_up']);

export const load = z
  .strictObject({
    pace: pace.optional(),
    for: duration().optional().describe('Schedule time: PT5M, 5m.'),
    events: count.optional().describe('At most so many events in all.'),
    batches: count.optional().describe('At most so many batches in all.'),
    start: instant
      .optional()
      .describe('Due time of the first batch (RFC 3339); default: when the job starts. In the past: backfill, then live.'),
    on_pause: policy
      .default('hold')
      .describe('What a pause does to the schedule: hold (all later), skip (never made), catch_up (made at once on resume).'),
    on_lag: policy.default('catch_up').describe('What an unplanned outage does to the schedule: catch_up, skip or hold.'),
  })
  .check(
    // Runs although another key of `load` is wrong, so that all problems are reported at once.
    z.superRefine(
      (value, ctx) => {
        const contradiction = (key: string, message: string) => {
          ctx.addIssue({ code: 'custom', path: [key], message });
        };
        const lasting = lastingUs(value.pace);
        if (lasting !== undefined && typeof value.for === 'string' && (parseDuration(value.for) ?? 0) > lasting) {
          contradiction('for', `contradicts pace.stages, which last ${formatDuration(lasting)}; shorten it, or set pace.repeat: true`);
        }
        if (!isUnpaced(value.pace)) return;
        for (const [key, message] of withoutInstants(value)) contradiction(key, message);
        if (value.events === undefined && value.batches === undefined) {
          ctx.addIssue({ code: 'custom', path: [], message: 'with pace.unpaced needs events or batches (or both)' });
        }
      },
      { when: ({ value }) => isObject(value) },
    ),
  );

/** What `load` cannot say of batches that have no instants: key and message. */
export function withoutInstants(load: Readonly<Record<string, unknown>>): [key: string, message: string][] {
  const skips = ['on_pause', 'on_lag'].filter((key) => load[key] === 'skip');
  return [
    ...skips.map((key): [string, string] => [key, 'contradicts an unpaced load, which has no instants to skip; allowed: hold, catch_up']),
    ...(load['for'] === undefined
      ? []
      : [['for', 'contradicts an unpaced load, which has no schedule time; allowed: events, batches'] as [string, string]]),
  ];
}

/** Unpaced and nothing else: two paces are a problem of their own. */
const isUnpaced = (value: unknown): boolean => isObject(value) && 'unpaced' in value && Object.keys(value).length === 1;

/** How long stages last that are not repeated; undefined for anything else, right or wrong. */
function lastingUs(value: unknown): number | undefined {
  const found = z.object({ stages: z.array(z.object({ for: z.string() })), repeat: z.literal(false) }).safeParse(value);
  return found.data?.stages.reduce((sum, stage) => sum + (parseDuration(stage.for) ?? Infinity), 0);
}

export type Load = z.output<typeof load>;
