/** Circuit breakers: when nothing may be sent to a recipient. A breaker forbids sends and whatever the mail service does with what is still under way. */
import type { Happening, Message } from './happening';

export const breakers = ['complaint', 'hard_bounce', 'support_ticket', 'send_storm'] as const;

const HOUR_MS = 3_600_000;
/** The send after so many within so long trips the breaker for so long, and does not take place. */
const STORM = { sends: 3, withinMs: 24 * HOUR_MS, forMs: 48 * HOUR_MS } as const;

export class Suppression {
  private untilMs = -Infinity;
  /** Replaced, not added to: an array that grows keeps room for sixteen more. */
  private sends: readonly number[] = [];

  /** Nothing will ever be sent again, and nothing that was sent is looked at. */
  get forEver(): boolean {
    return this.untilMs === Infinity;
  }

  forbids(atMs: number): boolean {
    return atMs < this.untilMs;
  }

  /** The recipient has left of his own will. */
  close(): void {
    this.untilMs = Infinity;
  }

  trip(reason: (typeof breakers)[number], atMs: number, untilMs: number, message: Message | null): Happening {
    this.untilMs = Math.max(this.untilMs, untilMs);
    return { atMs, type: 'circuit_breaker', message, metadata: { reason }, untilMs };
  }

  /** Notes a send; if it would be one too many, the breaker that stops it. */
  storm(atMs: number): Happening | null {
    const recent = this.sends.filter((sentMs) => sentMs > atMs - STORM.withinMs);
    const storm = recent.length >= STORM.sends;
    this.sends = storm ? recent : [...recent, atMs];
    return storm ? this.trip('send_storm', atMs, atMs + STORM.forMs, null) : null;
  }
}
