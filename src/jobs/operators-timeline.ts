/** What has happened to a run, and who asked for it: the journal in the words of the API. */
import { z } from 'zod';
import { STOPPED_AS_PLANNED, type JournalEntry, type Status } from '../../workflows/messages';
import type { Entry } from '../../workflows/schedule';
import { formatInstant } from '../spec/instants';
import { writtenPace } from '../spec/pace-numbers';

const timelineEntry = z.strictObject({
  at: z.iso.datetime(),
  action: z.enum(['start', 'pause', 'resume', 'pace', 'lag', 'stop', 'standby', 'wake', 'clean', 'end']),
  by: z.string().nullable().describe('Who asked: http, cli, a name of the caller; null: the job itself.'),
  batches: z.record(z.string(), z.int().min(0)).describe('First batch of each stream that the change concerns; empty: it moves none.'),
  detail: z.string().describe('For people.'),
});

export const timelineBody = z.strictObject({ entries: z.array(timelineEntry).describe('Oldest first.') });

export type TimelineEntry = z.output<typeof timelineEntry>;

/**
 * Oldest first. Where the journal is gone with Temporal's history, the timeline itself is told: what moved batches, and when, but not who asked.
 */
export function timelineEntries(status: Status): TimelineEntry[] {
  const { plan, timeline, journal, startedAtMs, finishedAtMs, state, reason } = status;
  const named = (at: number, { from, ...entry }: Omit<JournalEntry, 'atMs'>): TimelineEntry => ({
    at: formatInstant(at),
    action: entry.action,
    by: entry.action in STACK ? null : entry.by,
    batches: Object.fromEntries((from ?? []).map((batch, stream) => [plan.streams[stream]?.name ?? String(stream), batch])),
    detail: from === null ? (STACK[entry.action] ?? entry.detail) : (paceSaid(timeline, entry.action, from) ?? entry.detail),
  });
  const moved = (entries: readonly Entry[], note: string) =>
    changesIn(entries).map(({ cause, atUs, from }) =>
      named(Math.round(atUs / 1000), { action: ACTIONS[cause], by: null, from, detail: `${DETAILS[cause]}${note}` }),
    );
  const repeated = plan.timeline === undefined ? [] : moved(plan.timeline, ', repeated');
  if (journal.length > 0) return [...repeated, ...journal.map(({ atMs, ...entry }) => named(atMs, entry))];
  if (timeline.length === 0) return [];
  const own = timeline.slice(plan.timeline?.length ?? 0);
  return [
    ...repeated,
    named(startedAtMs, { action: 'start', by: null, from: null, detail: '' }),
    ...moved(own, ''),
    ...(finishedAtMs === null ? [] : [named(finishedAtMs, { action: 'end', by: null, from: null, detail: reason ?? state })]),
  ];
}

/** What nobody has asked of this job alone. */
const STACK: Partial<Record<JournalEntry['action'], string>> = {
  standby: STOPPED_AS_PLANNED,
  wake: 'the stack is up again',
};
const ACTIONS = { start: 'start', hold: 'resume', skip: 'resume', pace: 'pace' } as const;
const DETAILS = {
  start: '',
  hold: 'in force: later batches move',
  skip: 'in force: the batches due meanwhile are never made',
  pace: 'in force',
} as const;

/** Entries of all streams that came about together, the starts left out. */
function changesIn(entries: readonly Entry[]): { cause: Entry['cause']; atUs: number; from: number[] }[] {
  const groups: { cause: Entry['cause']; atUs: number; from: number[]; last: number }[] = [];
  for (const { cause, atUs, from, stream } of entries) {
    if (cause === 'start') continue;
    const group = groups.at(-1);
    if (group === undefined || stream <= group.last) groups.push({ cause, atUs, from: [from], last: stream });
    else {
      group.from.push(from);
      group.last = stream;
    }
  }
  return groups;
}

/** The new pace as its users write it. */
function paceSaid(timeline: readonly Entry[], action: JournalEntry['action'], [first]: readonly number[]): string | null {
  const entry = action === 'pace' ? timeline.findLast(({ cause, from }) => cause === 'pace' && from === first) : undefined;
  return entry === undefined ? null : `in force: ${JSON.stringify(writtenPace(entry.pace))}`;
}
