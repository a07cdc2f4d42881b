/** Instants on the wire: RFC 3339, written in UTC with milliseconds. */
import { z } from 'zod';

const RFC_3339 = z.iso.datetime({ offset: true });
const FINER_THAN_MS = /\.\d{3}\d*[1-9]\d*(?:Z|[+-])/;
/** Wall microseconds stay exact numbers up to 2255. */
const FIRST_MS = 0;
const LAST_MS = Date.UTC(2200, 0, 1) - 1;

/** Milliseconds since the epoch; undefined when the text is no RFC 3339 instant with an offset, is finer than a millisecond, or lies outside 1970 … 2199. */
export function parseInstant(text: string): number | undefined {
  if (!RFC_3339.safeParse(text).success || FINER_THAN_MS.test(text)) return undefined;
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : undefined;
}

/** `2026-01-05T23:15:00.000Z`. */
export const formatInstant = (ms: number): string => new Date(ms).toISOString();
