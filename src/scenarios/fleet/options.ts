/** Options of the fleet: the keys of its configuration file, with their ranges and the sentences that refuse other values. */
import { z } from 'zod';
import { formatDuration, parseIsoDuration } from '../../../workflows/durations';

const SECOND_US = 1_000_000;
const HOUR_US = 3600 * SECOND_US;
const DAY_US = 24 * HOUR_US;

/** A batch holds at most so many. */
const MOST_EVENTS = 100_000;

const shown = (input: unknown): string => (input === undefined ? 'nothing' : typeof input === 'string' ? input : JSON.stringify(input));

function integer(min: number, max: number) {
  const error = ({ input }: { input?: unknown }) => `must be a whole number from ${String(min)} to ${String(max)}, got ${shown(input)}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** Strict ISO 8601, kept as canonical text. `what` begins the sentences: "Emulated interval must be >= 1 second, got PT0.5S". */
function interval(what: string, longestUs: number, longest: string) {
  const form = (input: unknown) => `${what} must be an ISO 8601 duration such as PT10S, got ${shown(input)}`;
  return z.string({ error: ({ input }) => form(input) }).transform((text, ctx) => {
    const us = parseIsoDuration(text);
    const refused = (message: string) => {
      ctx.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (us === undefined) return refused(form(text));
    if (us < SECOND_US) return refused(`${what} must be >= 1 second, got ${text}`);
    if (us > longestUs) return refused(`${what} must be <= ${longest}, got ${text}`);
    return formatDuration(us);
  });
}

const production = (what: string) => interval(`${what} interval`, 30 * DAY_US, '30 days');
const emulated = interval('Emulated interval', HOUR_US, '1 hour');

const rate = ({ input }: { input?: unknown }) => `must be a number above 0 and up to 100, got ${shown(input)}`;

const emulatedMode = z
  .strictObject({
    enabled: z
      .boolean({ error: ({ input }) => `must be true or false, got ${shown(input)}` })
      .default(false)
      .describe('Small batches at short intervals, in place of the production cadence.'),
    company_batch_interval: emulated.default('PT10S').describe('A company batch each interval, PT1S to PT1H.'),
    driver_batch_interval: emulated.default('PT10S').describe('A driver batch each interval, PT1S to PT1H.'),
    companies_per_batch: integer(1, 100).default(10).describe('Companies of each company batch, 1 to 100.'),
    events_per_batch_min: integer(1, 10_000).default(5).describe('Fewest driver events of a batch, from 1.'),
    events_per_batch_max: integer(1, 10_000).default(20).describe('Most driver events of a batch, from the fewest to 10,000.'),
  })
  .check(
    z.superRefine(
      ({ events_per_batch_min: min, events_per_batch_max: max }, ctx) => {
        if (min > max)
          ctx.addIssue({
            code: 'custom',
            path: ['events_per_batch_max'],
            message: `must be >= events_per_batch_min (${String(min)}), got ${String(max)}`,
          });
      },
      { when: ({ value }) => hasRange(value) },
    ),
  );

const hasRange = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'events_per_batch_min' in value &&
  'events_per_batch_max' in value &&
  typeof value.events_per_batch_min === 'number' &&
  typeof value.events_per_batch_max === 'number';

/** The keys of the configuration file that describe the fleet. */
export const fleetKeys = {
  number_of_companies: integer(1, 10_000).default(100).describe('Companies of the first batch (production).'),
  drivers_per_company: integer(1, 1000).default(10).describe('Drivers of each company.'),
  event_rate_per_driver: z
    .number({ error: rate })
    .gt(0, { error: rate })
    .max(100, { error: rate })
    .default(3.5)
    .describe('Mean number of events of a driver in 15 minutes (production).'),
  company_onboarding_interval: production('Company onboarding').default('PT1H').describe('A company batch each interval (production).'),
  companies_per_onboarding: integer(1, 1000).default(1).describe('Companies of each batch after the first (production).'),
  driver_event_interval: production('Driver event').default('PT15M').describe('A driver batch each interval (production).'),
  emulated_mode: emulatedMode.prefault({}),
};

export const fleetOptions = z
  .object({
    ...fleetKeys,
    first_company: integer(1, 999_999)
      .default(1)
      .describe('Number of the first company; above 1 where the companies of an earlier run are kept.'),
  })
  .check(
    z.superRefine((options, ctx) => {
      const events = expectedEvents(numbersOf(options));
      if (events > MOST_EVENTS) {
        ctx.addIssue({
          code: 'custom',
          path: ['number_of_companies'],
          message: `makes about ${String(events)} driver events a batch with drivers_per_company and event_rate_per_driver, must be <= ${String(MOST_EVENTS)}`,
        });
      }
    }),
  );

/** Of a batch, as long as there are the companies of the first company batch only; in emulated mode exactly the middle of its range. */
export function expectedEvents({ mode, events, first, driversPerCompany, rate, driverUs }: Numbers): number {
  if (mode === 'emulated') return (events.min + events.max) / 2;
  return Math.round((first * driversPerCompany * rate * driverUs) / CELL_US);
}

export type FleetOptions = z.output<typeof fleetOptions>;

/** The options as numbers of the mode that they choose; intervals in µs. */
export interface Numbers {
  readonly mode: 'production' | 'emulated';
  readonly companyUs: number;
  readonly driverUs: number;
  /** Companies of the first company batch, and of each one after it. */
  readonly first: number;
  readonly more: number;
  readonly driversPerCompany: number;
  readonly firstCompany: number;
  /** Mean events of a driver in `CELL_US` (production). */
  readonly rate: number;
  /** Events of a driver batch (emulated). */
  readonly events: { readonly min: number; readonly max: number };
}

/** The time that `event_rate_per_driver` is given for. */
export const CELL_US = 15 * 60 * SECOND_US;

export function numbersOf(options: FleetOptions): Numbers {
  const { emulated_mode: emulated } = options;
  const companies = emulated.companies_per_batch;
  const cadence = emulated.enabled
    ? { companyUs: us(emulated.company_batch_interval), driverUs: us(emulated.driver_batch_interval), first: companies, more: companies }
    : {
        companyUs: us(options.company_onboarding_interval),
        driverUs: us(options.driver_event_interval),
        first: options.number_of_companies,
        more: options.companies_per_onboarding,
      };
  return {
    mode: emulated.enabled ? 'emulated' : 'production',
    ...cadence,
    driversPerCompany: options.drivers_per_company,
    firstCompany: options.first_company,
    rate: options.event_rate_per_driver,
    events: { min: emulated.events_per_batch_min, max: emulated.events_per_batch_max },
  };
}

/** @param canonical as the schema gives it */
function us(canonical: string): number {
  const found = parseIsoDuration(canonical);
  if (found === undefined) throw new Error(`not a duration: ${canonical}`);
  return found;
}

/** Companies of the job before company batch `b` (≥ 0). */
export const companiesBefore = ({ first, more }: Numbers, b: number): number => (b === 0 ? 0 : first + (b - 1) * more);
