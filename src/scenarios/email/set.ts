/** A whole set, for whoever wants to know of it before it is made. */
import { BatchBuffer } from '../../fields/batch-buffer';
import { Random } from '../../fields/random';
import type { Identity } from '../scenario';
import { writeEvent } from './event';
import { addressOf } from './recipients';
import { DAY_MS, type Entry, Season, seasonKey } from './season';
import { seasonOf } from './seasons';

export interface Size {
  readonly recipients: number;
  readonly days: number;
  /** At most so many, the first. */
  readonly events?: number | undefined;
}

/** Everything that happens, in time order. */
export function* entriesOf(identity: Identity, { recipients, days, events = Infinity }: Size): Generator<Entry, void, void> {
  const season = seasonOf(identity, recipients);
  for (let day = 0; day < days; day++) {
    const fromMs = season.startMs + day * DAY_MS;
    const steps = season.between(fromMs, fromMs + DAY_MS);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const { entries, before } = step.value;
    yield* entries.slice(0, Math.max(0, events - before));
    if (before + entries.length >= events) return;
  }
}

/** How many those are. The lives are kept, and need not be made again for the events. */
export function eventsIn(identity: Identity, size: Size): number {
  let events = 0;
  const entries = entriesOf(identity, size);
  while (entries.next().done !== true) events++;
  return events;
}

/**
 * The same events with the plain address of each recipient, for whoever sends them to be hashed elsewhere.
 * @yields the address, and the event's JSON as it is published
 */
export function* addressedEvents(identity: Identity, size: Size): Generator<{ address: string; json: string }, void, void> {
  const [ids, recipients] = [new Random(seasonKey(identity, 'events')), new Random(seasonKey(identity, 'recipients'))];
  const buffer = new BatchBuffer();
  for (const entry of entriesOf(identity, size)) {
    buffer.reset();
    writeEvent(buffer, entry, ids, 0);
    yield { address: addressIn(recipients, entry.recipient.number), json: buffer.line(0).toString() };
  }
}

/** @param random of the season's recipients */
export function addressIn(random: Random, number: number): string {
  random.at(number, 0);
  return addressOf(random, number);
}

/** How many recipients, the first ones, have at least `events` events within `days` days; null: more than `most`. Yields after each life. */
export function* recipientsNeeded(
  identity: Identity,
  { days, events, most }: { days: number; events: number; most: number },
): Generator<void, number | null, void> {
  const season = new Season(identity, most);
  const untilMs = season.startMs + days * DAY_MS;
  let count = 0;
  for (let number = 0; number < most; number++) {
    const life = season.life(number);
    for (let happening = life.next(); happening !== undefined && happening.atMs < untilMs; happening = life.next()) count++;
    if (count >= events) return number + 1;
    yield;
  }
  return null;
}

/** The same at once. */
export function recipientsFor(identity: Identity, size: { days: number; events: number; most: number }): number | null {
  const steps = recipientsNeeded(identity, size);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
