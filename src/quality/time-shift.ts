/** Faults of the event's time: the field changes, while the event's place, key and timestamp stay. */
import { z } from 'zod';
import { formatDuration, parseDuration } from '../../workflows/durations';
import type { Corrupt } from './fault';
import type { FieldPath } from './schema-fields';

const LEAST_US = 1000;
const MOST_US = 365 * 86_400_000_000;
const ALLOWED = `must be a duration from ${formatDuration(LEAST_US)} to ${formatDuration(MOST_US)}, such as PT10S, 10s or 5m`;

const duration = z.string({ error: ALLOWED }).transform((text, ctx) => {
  const us = parseDuration(text);
  if (us !== undefined && us >= LEAST_US && us <= MOST_US) return formatDuration(us);
  ctx.addIssue({ code: 'custom', message: `${ALLOWED}, got ${JSON.stringify(text)}` });
  return z.NEVER;
});

const milliseconds = (canonical: string): number => Math.floor((parseDuration(canonical) ?? 0) / 1000);

interface Range {
  min: string;
  max: string;
}

/** How far: a duration from `min` to `max`, drawn in milliseconds, each as likely as the others. */
export const range = (min: string, max: string) =>
  z
    .strictObject({ min: duration, max: duration })
    .refine((by) => milliseconds(by.min) <= milliseconds(by.max), { error: 'min must not be above max' })
    .default({ min, max })
    .describe(`By how much, from min to max (${formatDuration(LEAST_US)} to ${formatDuration(MOST_US)}).`);

/** @param sign −1: into the past, 1: into the future */
export function timeMovedBy(time: FieldPath | null, by: Range, sign: -1 | 1): Corrupt | null {
  if (time === null) return null;
  const [min, max] = [milliseconds(by.min), milliseconds(by.max)];
  return (event, random) => {
    const value = event.valueOf(time);
    if (value === undefined) return null;
    const moved = event.timeMs + sign * (min + random.below(max - min + 1));
    const line = event.with(time, typeof value === 'number' ? moved : new Date(moved).toISOString());
    return { field: time.path, line, original: JSON.stringify(value) };
  };
}
