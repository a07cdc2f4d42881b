import type { Field } from './field';
import { writeInteger, writeJson } from './json-bytes';

/** The event's time, which comes from the schedule: `ms` since the epoch (rounded down), or `iso`: RFC 3339 in UTC with milliseconds. */
export const time = (as: 'ms' | 'iso'): Field =>
  as === 'ms'
    ? {
        schema: { type: 'integer', description: 'Event time, milliseconds since the epoch.' },
        bind: () => (out, _random, context) => writeInteger(out, Math.floor(context.timeUs / 1000)),
      }
    : {
        schema: { type: 'string', format: 'date-time', description: 'Event time.' },
        bind: () => (out, _random, context) => writeJson(out, new Date(Math.floor(context.timeUs / 1000))),
      };
