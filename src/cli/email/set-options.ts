/** The options of `evergen email` as a job specification. */
import { EMAIL_TOPIC, seasonSpec, seasonStart, SEASON_DAYS } from '../../jobs/email';
import { counted } from '../../figures';
import { email, MOST_RECIPIENTS } from '../../scenarios/email';
import { eventsIn, recipientsFor } from '../../scenarios/email/set';
import { UserError } from '../../spec/failures';
import { parseInstant } from '../../spec/instants';
import type { JobSpec } from '../../spec/job-spec';
import { check, numeral, quoted, type Asked } from '../run/spec-argument';

/** As text: what they may be, the specification's schema says. */
export interface SetOptions {
  /** True: without a number. */
  count?: string | true;
  recipients?: string;
  days?: string;
  seed?: string;
  start?: string;
  to?: string;
  rate?: string;
  batch?: string;
  sending?: string;
}

export interface EmailSet {
  readonly asked: Asked;
  readonly identity: { readonly seed: number; readonly startUs: number };
  readonly size: { readonly recipients: number; readonly days: number; readonly events?: number | undefined };
  /** Where it goes, as people say it. */
  readonly to: string;
  /** With `--to connector`: requests a second, events a request, and the sending that is gone on with; absent: a new one. */
  readonly sending: { readonly rate: number; readonly batch: number; readonly id?: string | undefined };
}

const DAY_MS = 86_400_000;
/** Requests a second: what the connector takes of one caller. */
const RATE = 100;
/** Events a request, of a whole set. */
const BATCH = 100;
/** Without a number after `--count`. */
const COUNT = 100;
/** Fixed, and not drawn as for other jobs, so that summary, dry run and job speak of the same events. */
const SEED = 1;

/**
 * @param kafka brokers are named, so that is where events go by default
 * @param now the default season ends at the midnight before
 * @throws UserError with every problem, in terms of the options
 */
export function readSet(
  { count, seed, start, rate, batch, sending, ...options }: SetOptions,
  { kafka, now }: { kafka: boolean; now: Date },
): EmailSet {
  const to = options.to ?? (kafka ? 'kafka' : 'disk');
  for (const [name, value] of Object.entries({ rate, batch, sending }))
    if (value !== undefined && to !== 'connector')
      throw new UserError(`--${name} goes with --to connector${name === 'rate' ? ': a job is as fast as its sink' : ''}`);
  const events = count === undefined ? undefined : numeral(count === true ? String(COUNT) : count);
  const days = numeral(options.days ?? String(SEASON_DAYS));
  const began = start ?? seasonStart(now, typeof days === 'number' ? days : 0);
  const asks = (recipients: string | number | undefined): JobSpec =>
    check(
      seasonSpec(
        { days, recipients, events, window: windowOf(began, days, now) },
        { start: began, sink: sinkOf(to), seed: numeral(seed ?? String(SEED)) },
      ),
      OPTION_AT,
    );
  const first = asks(options.recipients === undefined ? undefined : numeral(options.recipients));
  const identity = identityOf(first);
  const asked = email.options.parse(first.scenario.options);
  const recipients =
    options.recipients === undefined && asked.events !== undefined ? enough(identity, asked.days, asked.events) : asked.recipients;
  if (options.recipients !== undefined && asked.events !== undefined) requireEnough(identity, { ...asked, events: asked.events });
  const words = Object.entries({ count: count === true ? COUNT : count, ...options, rate, batch }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${quoted(String(value))}`],
  );
  return {
    asked: {
      spec: asks(recipients),
      notes: [],
      lasting: true,
      endless: false,
      ...(asked.events === undefined ? {} : { events: asked.events }),
      again: (made) => ['email', ...words, '--seed', String(made.seed), '--start', made.start].join(' '),
    },
    identity,
    size: { ...asked, recipients },
    to,
    sending: {
      rate: within('--rate', rate ?? String(RATE), MOST_RATE),
      batch: within('--batch', batch ?? String(count === undefined ? BATCH : 1), MOST_BATCH),
      id: sending === undefined ? undefined : sendingId(sending),
    },
  };
}

const MOST_RATE = 10_000;
/** What the connector takes. */
const MOST_BATCH = 1_000;

/** @throws UserError unless the text is a whole number from 1 to `most` */
function within(option: string, text: string, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new UserError(`${option} must be a whole number from 1 to ${String(most)}, got ${JSON.stringify(text)}`);
}

/** @throws UserError unless it may be the begin of an Idempotency-Key */
function sendingId(text: string): string {
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new UserError(
    `--sending must be the id that an interrupted sending has said (letters, digits, - and _), got ${JSON.stringify(text)}`,
  );
}

/** A season that is over is made in larger pieces than one that is lived through. */
function windowOf(start: string, days: string | number, now: Date): string | undefined {
  const endMs = (parseInstant(start) ?? Infinity) + (typeof days === 'number' ? days : 0) * DAY_MS;
  return endMs <= now.getTime() ? 'PT1H' : undefined;
}

function identityOf({ seed = SEED, load }: JobSpec): EmailSet['identity'] {
  return { seed, startUs: (parseInstant(load.start ?? '') ?? 0) * 1000 };
}

function enough(identity: EmailSet['identity'], days: number, events: number): number {
  const found = recipientsFor(identity, { days, events, most: MOST_RECIPIENTS });
  if (found === null)
    throw new UserError(`--count ${String(events)} is more than ${String(MOST_RECIPIENTS)} recipients make in ${String(days)} days`);
  return found;
}

/** @throws UserError where so few recipients do not get so many events: fewer than were asked for would be made */
function requireEnough(
  identity: EmailSet['identity'],
  { recipients, days, events }: { recipients: number; days: number; events: number },
): void {
  if (recipientsFor(identity, { days, events, most: recipients }) !== null) return;
  const there = counted(eventsIn(identity, { recipients, days }), 'event');
  throw new UserError(
    `--count ${String(events)} is too many: ${counted(recipients, 'recipient')} in ${counted(days, 'day')} get only ${there}`,
  );
}

function sinkOf(to: string): unknown {
  const [kind = '', topic] = to.split(/:(.*)/s);
  if (kind === 'kafka') return { name: kind, topic: topic ?? EMAIL_TOPIC };
  if (to === 'disk' || to === 'drop') return to;
  // It makes the same events, and sends them by itself.
  if (to === 'connector') return 'drop';
  throw new UserError(`--to must be disk, kafka, kafka:TOPIC, drop or connector, got ${JSON.stringify(to)}`);
}

const OPTION_AT: Readonly<Record<string, string>> = {
  '/scenario/recipients': '--recipients',
  '/scenario/days': '--days',
  '/scenario/events': '--count',
  '/load/start': '--start',
  '/seed': '--seed',
  '/sink/name': '--to',
  '/sink/topic': '--to',
};
