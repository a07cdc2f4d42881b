/** What happens to one recipient and is published; `event.ts` writes it. */
import type { Campaign } from './campaigns';
import type { Esp } from './esps';

export const eventTypes = [
  'sent',
  'delivered',
  'deferred',
  'bounced',
  'opened',
  'clicked',
  'unsubscribed',
  'complained',
  'circuit_breaker',
] as const;
export type EventType = (typeof eventTypes)[number];

export interface Message {
  readonly id: string;
  readonly campaign: Campaign;
  readonly esp: Esp;
}

export interface Happening {
  /** Whole milliseconds since the epoch. */
  readonly atMs: number;
  readonly type: EventType;
  /** What it is about; null for a breaker that no message has tripped. */
  readonly message: Message | null;
  readonly metadata: Readonly<Record<string, string | number | boolean | null>>;
  /** Of a breaker: until when nothing may be sent; Infinity: for ever. */
  readonly untilMs?: number;
}
