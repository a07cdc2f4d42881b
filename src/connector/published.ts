/** Events as they are published: the same fields as those of the scenario `email`. */
import { createHash, randomUUID } from 'node:crypto';
import { refusal } from '../spec/failures';
import { formatInstant } from '../spec/instants';
import type { Accepted } from './input';

/** One event, ready to be put into a batch. */
export interface Line {
  readonly eventId: string;
  /** The recipient, so that his events stay in order in a partitioned topic. */
  readonly key: string;
  readonly timeMs: number;
  /** JSON, UTF-8, without a newline. */
  readonly bytes: Buffer;
}

/** Of one event: a hash is longer than an address, so what is published may be larger than what was sent. Topics take 1 MiB. */
const MOST_BYTES = 262_144;

/**
 * @param key the Idempotency-Key; null: ids are drawn
 * @throws UserError for events that are too large, with all of them
 */
export function linesOf(events: readonly Accepted[], { key, now, single }: { key: string | null; now: Date; single: boolean }): Line[] {
  const lines = events.map((event, i) => lineOf(event, event.eventId ?? (key === null ? randomUUID() : derivedId(key, i)), now));
  const large = lines.flatMap(({ bytes }, i) =>
    bytes.length <= MOST_BYTES
      ? []
      : [
          {
            path: `${single ? '' : `/events/${String(i)}`}/metadata`,
            message: `makes an event of ${String(bytes.length)} bytes, ${String(MOST_BYTES)} are allowed`,
          },
        ],
  );
  if (large.length > 0) throw refusal('the body', large);
  return lines;
}

/** The ids that a request has been, or will be, answered with. */
export const idsOf = (lines: readonly Line[]): string[] => lines.map(({ eventId }) => eventId);

function lineOf({ identity, type, atMs, esp, campaignId, messageId, metadata }: Accepted, eventId: string, now: Date): Line {
  const timeMs = atMs ?? now.getTime();
  const event = {
    event_id: eventId,
    universal_id: identity.universalId,
    recipient_email_hash: identity.emailHash,
    event_type: type,
    timestamp: formatInstant(timeMs),
    esp,
    campaign_id: campaignId,
    message_id: messageId,
    metadata,
  };
  return { eventId, key: identity.universalId, timeMs, bytes: Buffer.from(JSON.stringify(event)) };
}

/** A UUID (version 8: by rules of our own) from the key and the event's place in the request. */
function derivedId(key: string, i: number): string {
  const bytes = createHash('sha256')
    .update(`event_id:${String(i)}:${key}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
