/** A season of mail between a shop and its readers. What the figures are, and that they are invented, is in the model card `../email.md`. */
import { z } from 'zod';
import { Random } from '../../fields/random';
import { type BatchAddress, defineScenario, type Fill, type Identity } from '../scenario';
import { eventSchema, writeEvent } from './event';
import { DAY_MS, seasonKey, version } from './season';
import { seasonOf } from './seasons';

const name = 'email';

const WINDOW_MS = { PT1M: 60_000, PT5M: 300_000, PT15M: 900_000, PT1H: 3_600_000, P1D: 86_400_000 } as const;
type Window = keyof typeof WINDOW_MS;
const windows = Object.keys(WINDOW_MS) as [Window, ...Window[]];

/** Events a recipient and day, about: an estimate for progress. */
const EVENTS_A_DAY = 0.96;
const EVENTS_A_SLICE = 64;

export const MOST_RECIPIENTS = 20_000;

const options = z.object({
  recipients: z.int().min(1).max(MOST_RECIPIENTS).default(1_000).describe('How many people get mail.'),
  days: z.int().min(1).max(3_650).default(90).describe('Length of the season.'),
  window: z.enum(windows).default('PT5M').describe('What one batch covers: the time that ends at its due instant.'),
  events: z.int().min(1).max(10_000_000).optional().describe('Only so many: the first of the season.'),
});

type Options = z.output<typeof options>;

export const email = defineScenario({
  name,
  version,
  summary: 'Mail of a shop over a season: sends, deliveries, opens and clicks of readers with habits, fatigue and circuit breakers.',
  options,
  streams: (chosen, identity) => [{ name: 'events', schema: eventSchema, time: 'timestamp', fill: fillOf(chosen, identity) }],
  cadence: ({ recipients, days, window }) => {
    const events = Math.max(1, Math.round((recipients * EVENTS_A_DAY * WINDOW_MS[window]) / DAY_MS));
    // Batch 0 is due at the start, when nothing has happened yet.
    const batches = (days * DAY_MS) / WINDOW_MS[window] + 1;
    return [{ pace: { kind: 'every', everyUs: WINDOW_MS[window] * 1000, min: events, max: events }, batches }];
  },
});

function fillOf({ window, recipients, events = Infinity }: Options, identity: Identity): Fill {
  const windowMs = WINDOW_MS[window];
  const idsKey = seasonKey(identity, 'events');
  return function* fill({ batch, dueUs }: BatchAddress, out) {
    if (batch === 0) return;
    const season = seasonOf(identity, recipients);
    const untilMs = season.startMs + batch * windowMs;
    const { entries, before } = yield* season.between(untilMs - windowMs, untilMs);
    const ids = new Random(idsKey);
    // A pause that held the schedule has moved all later events by its length.
    const shiftMs = Math.floor(dueUs / 1000) - untilMs;
    for (const [i, entry] of entries.slice(0, Math.max(0, events - before)).entries()) {
      if (i > 0 && i % EVENTS_A_SLICE === 0) yield;
      writeEvent(out, entry, ids, shiftMs);
    }
  };
}
