/** A season of mail as a job, as `evergen email` and the connector's `{"count":N}` ask for it. */
import { setImmediate as turn } from 'node:timers/promises';
import { email, MOST_RECIPIENTS } from '../scenarios/email';
import { recipientsNeeded } from '../scenarios/email/set';
import { UserError } from '../spec/failures';
import { formatInstant } from '../spec/instants';
import { parseJobSpec, type JobSpec } from '../spec/job-spec';

const DAY_MS = 86_400_000;
/** Length of a season when nobody says otherwise. */
export const SEASON_DAYS = 90;
export const EMAIL_TOPIC = 'email-events';
/** So many milliseconds of making events, and others have their turn. */
const SLICE_MS = 5;

/** Where mail goes when nobody says otherwise. */
export const emailSink = (kafka: boolean) => (kafka ? { name: 'kafka', topic: EMAIL_TOPIC } : { name: 'disk' });

/** The beginning of a season that has ended at the last midnight, UTC. */
export const seasonStart = (now: Date, days: number): string => formatInstant(Math.floor(now.getTime() / DAY_MS) * DAY_MS - days * DAY_MS);

/** What all of them have in common. */
export const seasonSpec = (
  options: Readonly<Record<string, unknown>>,
  { start, sink, seed }: { start: string; sink: unknown; seed: unknown },
): Record<string, unknown> => ({
  scenario: { name: email.name, ...options },
  // A recipient's hours are those of the calendar: what a pause left out is made at once.
  load: { start, on_pause: 'catch_up' },
  sink,
  seed,
});

interface Ordered {
  count: number;
  seed: number;
  sink: unknown;
  now: Date;
}

/** Exactly so many events, of as few recipients as they take; others go on meanwhile. */
export async function seasonOfCount({ count, seed, sink, now }: Ordered): Promise<JobSpec> {
  const start = seasonStart(now, SEASON_DAYS);
  const identity = { seed, startUs: Date.parse(start) * 1000 };
  const steps = recipientsNeeded(identity, { days: SEASON_DAYS, events: count, most: MOST_RECIPIENTS });
  let step = steps.next();
  for (let since = performance.now(); step.done !== true; step = steps.next()) {
    if (performance.now() - since < SLICE_MS) continue;
    await turn();
    since = performance.now();
  }
  const recipients = step.value;
  if (recipients === null) throw new UserError(`${String(count)} events are more than ${String(MOST_RECIPIENTS)} recipients make`);
  return parseJobSpec(seasonSpec({ days: SEASON_DAYS, recipients, events: count, window: 'PT1H' }, { start, sink, seed }));
}
