/** How ready a recipient is to open: tired by what he was sent lately, drawn in by what he clicked or looked at. */
import type { Recipient } from './recipients';

const HOUR_MS = 3_600_000;
/** A send tires by 1, and of that 1/e is left after so long. */
const RECOVERY_MS = 72 * HOUR_MS;
/** Heat is 1 at a click or visit, 1/e after so long, and gone after a day. */
const COOLING_MS = 12 * HOUR_MS;
const COLD_MS = 24 * HOUR_MS;
/** At full heat: factor on the open rate 1 + 0.8, on the wait 1 − 0.65. */
const HOT_OPENS = 0.8;
const HOT_HASTE = 0.65;

type Cause = 'click' | 'site_visit';

export class Mood {
  private tired = 0;
  private tiredAtMs = 0;
  private heated: { cause: Cause; atMs: number } | null = null;

  constructor(private readonly recipient: Recipient) {}

  /** Sends of the last days, each weighted e^(−age / 3 days). */
  fatigue(atMs: number): number {
    return this.tired * Math.exp(-(atMs - this.tiredAtMs) / RECOVERY_MS);
  }

  /** Notes a send. @returns the fatigue before it */
  write(atMs: number): number {
    const before = this.fatigue(atMs);
    this.tired = before + 1;
    this.tiredAtMs = atMs;
    return before;
  }

  heat(cause: Cause, atMs: number): void {
    this.heated = { cause, atMs };
  }

  /** Null when nothing has happened for a day. */
  hot(atMs: number): { cause: Cause; heat: number } | null {
    if (this.heated === null || atMs - this.heated.atMs >= COLD_MS) return null;
    return { cause: this.heated.cause, heat: Math.exp(-(atMs - this.heated.atMs) / COOLING_MS) };
  }

  /** Probability of an open of what is delivered now, at an appeal of 1. The message itself does not tire yet. */
  openRate(atMs: number): number {
    const { persona, interest } = this.recipient;
    const heat = this.hot(atMs)?.heat ?? 0;
    return persona.opens * interest * Math.exp(-persona.tires * Math.max(0, this.fatigue(atMs) - 1)) * (1 + HOT_OPENS * heat);
  }

  /** Factor on the wait for an open. */
  haste(atMs: number): number {
    return 1 - HOT_HASTE * (this.hot(atMs)?.heat ?? 0);
  }
}
