/** What callers send, checked as a whole. The recipient's address is turned into an identity here, and no plain one goes any further, not even into an error. */
import { z } from 'zod';
import { eventTypes, type EventType } from '../scenarios/email/happening';
import { identityOf, type RecipientIdentity } from '../scenarios/email/identity';
import { check, refusal, UserError, type Problem } from '../spec/failures';
import { parseInstant } from '../spec/instants';
import { concealedJson, concealedOf } from './addresses';

export const MOST_EVENTS = 1_000;
/** The size of a full season. */
const MOST_COUNT = 100_000;

/** One event of a caller, without his address. */
export interface Accepted {
  readonly identity: RecipientIdentity;
  readonly eventId: string | undefined;
  readonly type: EventType;
  /** Milliseconds since the epoch; undefined: now. */
  readonly atMs: number | undefined;
  readonly esp: string | null;
  readonly campaignId: string | null;
  readonly messageId: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export type Call =
  | { readonly kind: 'events'; readonly events: readonly Accepted[]; /** It was not a list. */ readonly single: boolean }
  | { readonly kind: 'count'; readonly count: number; readonly seed: number | undefined };

/** The value is never repeated, nor an example shown that would be taken for one. */
const ADDRESS = { error: 'must be an e-mail address: a name, an @ and a domain, 320 characters at most' };
const address = z
  .string(ADDRESS)
  .max(320, ADDRESS)
  .refine((text) => /^(?:[^\s@]+|"[^"]+")@[^\s@]+$/u.test(text.trim()), ADDRESS);
const INSTANT = { error: 'must be an instant from 1970 to 2199 in milliseconds, such as 2026-01-05T23:15:00.000Z' };
const name = z.string().min(1).max(200).nullable();

const event = z.strictObject({
  email: address.optional().describe("The recipient's address; it is hashed and never kept."),
  recipient_email: address.optional().describe('The same under another name.'),
  event_type: z.enum(eventTypes),
  event_id: z
    .string()
    .regex(/^[\w.:-]{1,128}$/, { error: 'must be 1 to 128 of letters, digits and . _ : -' })
    .optional()
    .describe('Default: derived from the Idempotency-Key, else drawn.'),
  timestamp: z
    .string(INSTANT)
    .refine((text) => parseInstant(text) !== undefined, INSTANT)
    .meta({ format: 'date-time' })
    .optional()
    .describe('Default: now.'),
  esp: name.optional().describe('Mail service.'),
  campaign_id: name.optional(),
  message_id: name.optional(),
  metadata: z.record(z.string(), z.unknown(), { error: 'must be an object' }).optional().describe('Anything; addresses in it are hashed.'),
});
const EVENTS = { error: `must be a list of 1 to ${String(MOST_EVENTS)} events` };
const many = z.strictObject({ events: z.array(event, EVENTS).min(1, EVENTS).max(MOST_EVENTS, EVENTS) });
const count = z.strictObject({
  count: z.int().min(1).max(MOST_COUNT).describe('Events of a season, made by a durable job.'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional()
    .describe('Default: drawn. The same seed makes the same events on the same day, also with `evergen email`.'),
});

/** For the documentation; `readCall` says which of them a body is. */
export const callBody = z.union([event, many, count]);

/**
 * Reads a body, with all its problems at once.
 * @throws UserError without any address in it
 */
export function readCall(body: unknown): Call {
  const problems: Problem[] = [];
  const hidden = isObject(body) && 'events' in body ? hiddenMany(body, problems) : hiddenOne(body, [], problems);
  if (isObject(hidden) && 'count' in hidden && !('email' in hidden)) {
    const { count: events, seed } = parsed(count, hidden, problems);
    return { kind: 'count', count: events, seed };
  }
  if (isObject(hidden) && 'events' in hidden) {
    const list: readonly unknown[] = Array.isArray(hidden.events) ? hidden.events : [];
    for (const [i, one] of list.entries()) problems.push(...recipientProblems(one, `/events/${String(i)}`));
    problems.push(...repeatedIds(list));
    return { kind: 'events', events: parsed(many, hidden, problems).events.map(accepted), single: false };
  }
  problems.push(...recipientProblems(hidden, ''));
  return { kind: 'events', events: [accepted(parsed(event, hidden, problems))], single: true };
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, problems: readonly Problem[]): z.output<S> {
  let found: readonly Problem[] = [];
  try {
    const good = check(schema, value, 'the body');
    if (problems.length === 0) return good;
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    found = failure.problems;
  }
  throw refusal('the body', [...found, ...problems]);
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What may hold an address and must: everything else is free of them afterwards. */
const ADDRESSES = ['email', 'recipient_email'];

function hiddenOne(value: unknown, at: readonly PropertyKey[], problems: Problem[]): unknown {
  if (!isObject(value)) return concealedJson(value, concealedOf(''), at, problems);
  const own = Object.entries(value).filter(([key]) => ADDRESSES.includes(key));
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !ADDRESSES.includes(key)));
  const [address] = own.flatMap(([, text]) => (typeof text === 'string' ? [text] : []));
  const hidden = concealedJson(rest, concealedOf(address ?? ''), at, problems);
  return { ...Object.fromEntries(own), ...(isObject(hidden) ? hidden : {}) };
}

function hiddenMany(body: Json, problems: Problem[]): Json {
  const { events, ...rest } = body;
  const list = Array.isArray(events)
    ? events.slice(0, MOST_EVENTS + 1).map((one: unknown, i) => hiddenOne(one, ['events', i], problems))
    : concealedJson(events, concealedOf(''), ['events'], problems);
  const others = hiddenOne(rest, [], problems);
  return { ...(isObject(others) ? others : {}), events: list };
}

/** Which no schema of one key says: one of the two names, or both with the same address. */
function recipientProblems(value: unknown, at: string): Problem[] {
  if (!isObject(value)) return [];
  const { email, recipient_email: other } = value;
  if (email === undefined && other === undefined)
    return [{ path: `${at}/email`, message: "is missing: the recipient's address (or recipient_email)" }];
  if (typeof email !== 'string' || typeof other !== 'string' || identityOf(email).emailHash === identityOf(other).emailHash) return [];
  return [{ path: `${at}/recipient_email`, message: 'must be the address of email, or be left out' }];
}

function repeatedIds(events: readonly unknown[]): Problem[] {
  const first = new Map<unknown, number>();
  return events.flatMap((one, i) => {
    const id = isObject(one) ? one['event_id'] : undefined;
    if (typeof id !== 'string') return [];
    const before = first.get(id);
    if (before !== undefined) return [{ path: `/events/${String(i)}/event_id`, message: `is that of /events/${String(before)}, too` }];
    first.set(id, i);
    return [];
  });
}

function accepted({ email, recipient_email: other, ...rest }: z.output<typeof event>): Accepted {
  return {
    identity: identityOf(email ?? other ?? ''),
    eventId: rest.event_id,
    type: rest.event_type,
    atMs: rest.timestamp === undefined ? undefined : parseInstant(rest.timestamp),
    esp: rest.esp ?? null,
    campaignId: rest.campaign_id ?? null,
    messageId: rest.message_id ?? null,
    metadata: rest.metadata ?? {},
  };
}
