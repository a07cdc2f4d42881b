/** The season that `evergen email` makes, in this process: as text, and as events with what tests ask of them. */
import { BatchBuffer } from '../../../src/fields/batch-buffer';
import { email } from '../../../src/scenarios/email';
import type { StreamDefinition } from '../../../src/scenarios/scenario';

export const IDENTITY = { seed: 1, startUs: Date.UTC(2026, 0, 1) * 1000 };
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

type Wire = Record<string, unknown>;

export interface Published {
  event_id: string;
  universal_id: string;
  recipient_email_hash: string;
  event_type: string;
  timestamp: string;
  esp: string | null;
  campaign_id: string | null;
  message_id: string | null;
  metadata: {
    persona: string;
    time_zone: string;
    attempts: number;
    latency_ms: number;
    hot_path: string | null;
    reason: string;
    bounce: string;
    again: boolean;
    since_delivery_ms: number;
    until: string | null;
  };
  /** `timestamp` as a number. */
  at: number;
}

/** @param definition of another copy of the module, whose caches are empty */
export const streamOf = (wire: Wire = {}, identity = IDENTITY, definition = email): StreamDefinition =>
  definition.streams(definition.options.parse(wire), identity)[0]!;

/** The lines of batches `from` … `until` (exclusive) of windows of `windowMs`. */
export function batches(stream: StreamDefinition, from: number, until: number, windowMs: number, identity = IDENTITY): string {
  const out = new BatchBuffer();
  let text = '';
  for (let batch = from; batch < until; batch++) {
    out.reset();
    const dueUs = identity.startUs + batch * windowMs * 1000;
    const rest = { events: 0, firstEvent: 0, timeUs: () => dueUs, schedules: {} };
    const steps = stream.fill({ identity, stream: stream.name, batch, dueUs, ...rest }, out);
    while (steps.next().done !== true);
    text += out.bytes.toString('latin1', 0, out.at);
  }
  return text;
}

/** Day by day: the default 90 days of the default recipients, unless `wire` says otherwise. */
export const season = (wire: Wire = {}, days = 90, identity = IDENTITY): string =>
  batches(streamOf({ ...wire, window: 'P1D' }, identity), 0, days + 1, DAY_MS, identity);

export const eventsOf = (text: string): Published[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Published)
    .map((event) => ({ ...event, at: Date.parse(event.timestamp) }));

export function grouped<T>(all: readonly T[], key: (one: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const name = key(one);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return groups;
}
