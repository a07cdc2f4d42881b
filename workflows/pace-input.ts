/** A pace as users write it, for the update `set_pace`: the workflow reads it without zod, which would triple its bundle. The facade parses with the full schema. */
import { parseDuration } from './durations';
import type { Pace } from './schedule';

const MAX_RATE = 1_000_000;
const MAX_EVENTS = 100_000;
const MIN_EVERY_US = 50_000;

/**
 * @param streams how many streams share the pace
 * @throws Error with what is allowed
 */
export function readPace(input: unknown, streams: number): Pace[] {
  const given: Record<string, unknown> = typeof input === 'object' && input !== null ? { ...input } : {};
  const one = paceOf(given);
  if (one === null) {
    throw new Error(
      `a pace is { "rate": 0 … ${String(MAX_RATE)} } or { "every": "PT10S" (PT0.05S or more), "batch_size": n or { "min", "max" } (0 … ${String(MAX_EVENTS)}) }, got ${JSON.stringify(input)}`,
    );
  }
  return Array.from({ length: streams }, (_, index) => (one.kind === 'rate' ? { ...one, of: streams, index } : one));
}

function paceOf({ rate, every, batch_size: size, ...others }: Record<string, unknown>): Pace | null {
  if (Object.keys(others).length > 0) return null;
  if (every === undefined && size === undefined) return isBetween(rate, 0, MAX_RATE) ? { kind: 'rate', rate, of: 1, index: 0 } : null;
  const everyUs = typeof every === 'string' ? parseDuration(every) : undefined;
  const { min, max } = typeof size === 'object' && size !== null ? { min: undefined, max: undefined, ...size } : { min: size, max: size };
  if (rate !== undefined || everyUs === undefined || everyUs < MIN_EVERY_US) return null;
  if (!isBetween(min, 0, MAX_EVENTS) || !isBetween(max, min, MAX_EVENTS) || !Number.isInteger(min) || !Number.isInteger(max)) return null;
  return { kind: 'every', everyUs, min, max };
}

const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most;
