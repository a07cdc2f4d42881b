/**
 * Local time of the recipients. By rule and not by `Intl`, whose time-zone data come with the version of Node: the same season must be the
 * same bytes on any. The rules are those in force since 2007 (United States) and 1996 (European Union); a test compares them with `Intl`.
 */
import type { Random } from '../../fields/random';
import { AliasTable } from '../../fields/alias-table';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Zone {
  /** Name in the IANA database. */
  readonly name: string;
  /** Hours east of UTC in winter. */
  readonly standardHours: number;
  /** Whose rule moves the clocks by an hour in summer. */
  readonly summer: 'us' | 'eu' | 'never';
}

const WEIGHTED: readonly (readonly [weight: number, zone: Zone])[] = [
  [36, { name: 'America/New_York', standardHours: -5, summer: 'us' }],
  [22, { name: 'America/Chicago', standardHours: -6, summer: 'us' }],
  [6, { name: 'America/Denver', standardHours: -7, summer: 'us' }],
  [18, { name: 'America/Los_Angeles', standardHours: -8, summer: 'us' }],
  [8, { name: 'Europe/London', standardHours: 0, summer: 'eu' }],
  [6, { name: 'Europe/Berlin', standardHours: 1, summer: 'eu' }],
  [4, { name: 'Asia/Kolkata', standardHours: 5.5, summer: 'never' }],
];

export const zones: readonly Zone[] = WEIGHTED.map(([, zone]) => zone);
const shares = new AliasTable(WEIGHTED.map(([weight]) => weight));
const [first] = zones;

export function drawZone(random: Random): Zone {
  const zone = zones[shares.draw(random)] ?? first;
  if (zone === undefined) throw new Error('there are no time zones');
  return zone;
}

/** What clocks there show at an instant, as if it were UTC: milliseconds. */
export const localOf = (zone: Zone, utcMs: number): number => utcMs + offsetMs(zone, utcMs);

/** The instant at which clocks there show `localMs`: of two, the first; of none (the skipped hour in spring), the one an hour on. */
export function utcOf(zone: Zone, localMs: number): number {
  const winter = localMs - zone.standardHours * HOUR_MS;
  return localOf(zone, winter - HOUR_MS) === localMs ? winter - HOUR_MS : winter;
}

function offsetMs({ standardHours, summer }: Zone, utcMs: number): number {
  const standardMs = standardHours * HOUR_MS;
  if (summer === 'never') return standardMs;
  const year = new Date(utcMs).getUTCFullYear();
  // The Union changes at 01:00 UTC everywhere; the States at 02:00 of the clocks that are in force.
  const [begin, end] =
    summer === 'eu'
      ? [sunday(year, 3, -7) + HOUR_MS, sunday(year, 10, -7) + HOUR_MS]
      : [sunday(year, 2, 7) + 2 * HOUR_MS - standardMs, sunday(year, 10, 0) + HOUR_MS - standardMs];
  return utcMs >= begin && utcMs < end ? standardMs + HOUR_MS : standardMs;
}

/** Midnight of the first Sunday of a month (0 … 11), moved by `days`: 7 for the second; the month after and −7 for the last. */
function sunday(year: number, month: number, days: number): number {
  const firstDay = Date.UTC(year, month, 1);
  return firstDay + ((7 - new Date(firstDay).getUTCDay()) % 7) * DAY_MS + days * DAY_MS;
}
