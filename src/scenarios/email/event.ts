/** A happening as the event that is published: its JSON Schema and its bytes. */
import type { BatchBuffer } from '../../fields/batch-buffer';
import { type EventContext, type JsonSchema, Scope } from '../../fields/field';
import { constant, writeConstant } from '../../fields/json-bytes';
import type { Random } from '../../fields/random';
import { uuid } from '../../fields';
import { esps } from './esps';
import { eventTypes } from './happening';
import { personas } from './personas';
import type { Entry } from './season';
import { breakers } from './suppression';
import { zones } from './zones';

const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const oneOf = (values: readonly string[]): JsonSchema => ({ type: 'string', enum: [...values] });
const instant = { type: 'string', format: 'date-time' } as const;
const milliseconds = { type: 'integer', minimum: 0 } as const;

const metadata = {
  persona: {
    ...oneOf(personas.map(({ name }) => name)),
    description: 'What kind of reader the recipient is: the truth that a model may look for.',
  },
  time_zone: { ...oneOf(zones.map(({ name }) => name)), description: 'Of the recipient.' },
  fatigue: { type: 'number', minimum: 0, description: 'sent: earlier sends, each weighted e^(-age / 3 days).' },
  attempts: { type: 'integer', minimum: 1, description: 'delivered, deferred, bounced: attempts so far.' },
  latency_ms: { ...milliseconds, description: 'delivered: since the send.' },
  hot_path: { ...nullable(oneOf(['click', 'site_visit'])), description: 'delivered: what the recipient did in the day before.' },
  reason: {
    ...oneOf(['rate_limited', 'greylisted', 'mailbox_full', 'unknown_mailbox', ...breakers]),
    description: 'deferred, bounced, circuit_breaker.',
  },
  bounce: { ...oneOf(['soft', 'hard']), description: 'bounced.' },
  device: { ...oneOf(['mobile', 'desktop']), description: 'opened.' },
  again: { type: 'boolean', description: 'opened: not for the first time.' },
  since_delivery_ms: { ...milliseconds, description: 'opened.' },
  link: { type: 'integer', minimum: 1, maximum: 5, description: 'clicked: its number in the message.' },
  since_open_ms: { ...milliseconds, description: 'clicked.' },
  until: { ...nullable(instant), description: 'circuit_breaker: nothing is sent before; null: for ever.' },
} satisfies Record<string, JsonSchema>;

const properties = {
  event_id: uuid().schema,
  universal_id: { type: 'string', pattern: '^sf_[0-9a-f]{32}$', description: 'The recipient, in every run.' },
  recipient_email_hash: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the normalised address.' },
  event_type: oneOf(eventTypes),
  timestamp: { ...instant, description: 'Event time.' },
  esp: nullable(oneOf(Object.keys(esps))),
  campaign_id: nullable({ type: 'string' }),
  message_id: nullable({ type: 'string', pattern: '^msg_[0-9a-f]{24}$' }),
  metadata: { type: 'object', properties: metadata, required: ['persona', 'time_zone'], additionalProperties: false },
} satisfies Record<string, JsonSchema>;

export const eventSchema: JsonSchema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };

const writeId = uuid().bind(Scope.root());
const OPEN = constant('{"event_id":');
/** What a UUID looks at besides its random numbers: nothing. */
const NO_CONTEXT: EventContext = { timeUs: 0, event: 0, drawn: Scope.slots() };

/**
 * Writes one event with its key.
 * @param ids draws the event's id from the recipient and the entry's place in his life, so that it is the same in any season that holds it
 * @param shiftMs how much later than planned the schedule has come to it
 */
export function writeEvent(out: BatchBuffer, { recipient, ordinal, happening }: Entry, ids: Random, shiftMs: number): void {
  const { atMs, type, message, metadata: about, untilMs } = happening;
  const { universalId, emailHash } = recipient.identity;
  ids.at(recipient.number, ordinal);
  writeConstant(out, OPEN);
  writeId(out, ids, NO_CONTEXT);
  const rest = {
    universal_id: universalId,
    recipient_email_hash: emailHash,
    event_type: type,
    timestamp: instantOf(atMs + shiftMs),
    esp: message?.esp.name ?? null,
    campaign_id: message?.campaign.id ?? null,
    message_id: message?.id ?? null,
    metadata: {
      persona: recipient.persona.name,
      time_zone: recipient.zone.name,
      ...about,
      ...(untilMs === undefined ? {} : { until: untilMs === Infinity ? null : instantOf(untilMs + shiftMs) }),
    },
  };
  const text = `,${JSON.stringify(rest).slice(1)}`;
  // All of it is ASCII: a byte a character.
  out.ensure(text.length);
  out.at += out.bytes.write(text, out.at, 'latin1');
  out.keyText(universalId);
  out.endEvent(atMs + shiftMs);
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
