/** `evergen email --summary`: what the season holds, in tables. */
import { entriesOf } from '../../scenarios/email/set';
import type { Entry } from '../../scenarios/email/season';
import { localOf } from '../../scenarios/email/zones';
import { formatInstant } from '../../spec/instants';
import type { Context } from '../context';
import { count, counted } from '../../figures';
import { called } from '../program';
import { table } from '../table';
import { sparkline } from './sparkline';
import type { EmailSet } from './set-options';

/** Events under one heading, and when they (of a persona: its opens) happen by the recipients' clocks. */
interface Tally {
  events: number;
  readonly hours: number[];
}

type Tallies = Readonly<Record<'types' | 'personas' | 'esps', Map<string, Tally>>>;

export function summarise(context: Context, { identity, size, asked }: EmailSet, json: boolean): void {
  const tallies = tally(entriesOf(identity, size));
  const events = [...tallies.types.values()].reduce((sum, one) => sum + one.events, 0);
  const start = formatInstant(identity.startUs / 1000);
  if (json) {
    const parts = Object.fromEntries(Object.entries(tallies).map(([name, of]) => [name, Object.fromEntries(of)]));
    const { recipients, days } = size;
    return context.out(JSON.stringify({ summary: true, seed: identity.seed, start, recipients, days, events, ...parts }, null, 2));
  }
  const people = `${counted(size.recipients, 'recipient')}, ${counted(size.days, 'day')} from ${start}, seed ${String(identity.seed)}`;
  context.out(`${counted(events, 'event')}: ${people}; nothing was written`);
  for (const [heading, hours, of] of [
    ['EVENT', 'ALL', tallies.types],
    ['PERSONA', 'OPENS', tallies.personas],
    ['ESP', 'ALL', tallies.esps],
  ] as const) {
    context.out('');
    for (const line of table([heading, 'EVENTS', 'SHARE', `${hours} BY LOCAL HOUR, 0 TO 23`], rowsOf(of, events))) context.out(line);
  }
  context.out('');
  context.out(`made by   ${called(context.variables)} ${asked.again({ seed: identity.seed, start })}`);
}

const rowsOf = (of: ReadonlyMap<string, Tally>, all: number): (string | number)[][] =>
  [...of]
    .sort(([, a], [, b]) => b.events - a.events)
    .map(([name, { events, hours }]) => [
      name,
      count(events).padStart(9),
      `${((100 * events) / all).toFixed(1)} %`.padStart(6),
      sparkline(hours),
    ]);

function tally(entries: Iterable<Entry>): Tallies {
  const tallies: Tallies = { types: new Map(), personas: new Map(), esps: new Map() };
  for (const { recipient, happening } of entries) {
    const hour = new Date(localOf(recipient.zone, happening.atMs)).getUTCHours();
    add(tallies.types, happening.type, hour);
    add(tallies.personas, recipient.persona.name, happening.type === 'opened' ? hour : null);
    add(tallies.esps, happening.message?.esp.name ?? 'none (breakers)', hour);
  }
  return tallies;
}

/** @param hour null: counted, but not by its hour */
function add(to: Map<string, Tally>, name: string, hour: number | null): void {
  const found = to.get(name) ?? { events: 0, hours: Array.from({ length: 24 }, () => 0) };
  to.set(name, found);
  found.events++;
  if (hour !== null) found.hours[hour] = (found.hours[hour] ?? 0) + 1;
}
