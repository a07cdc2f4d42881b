/** `timeline` of a specification: what operators and outages did to a run, to do it again. As in the manifest, instants and times in µs. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Plan } from '../../workflows/messages';
import { begin, scheduleOf, type Entry, type Pace, type Scheduled } from '../../workflows/schedule';
import { refusal, type Problem } from './failures';
import { entry } from './manifest';
import { pace } from './pace';
import { paceOf, writtenPace } from './pace-numbers';

/** Every emit is given the timeline. */
const MAX_ENTRIES = 1000;

/** Beyond the entries of a schedule: where a run ended that was stopped. */
const stop = z.strictObject({
  stream: entry.shape.stream,
  from: entry.shape.from.describe('First batch that is not made.'),
  cause: z.literal('stop'),
});

export const timeline = z
  .array(z.union([z.strictObject(entry.shape), stop]))
  .max(MAX_ENTRIES, { error: `must be at most ${String(MAX_ENTRIES)} entries` })
  .describe('Of a run that is repeated: its start, what operators and outages changed, where it was stopped. Needs seed and load.start.');

export type Timeline = z.output<typeof timeline>;

/**
 * The plan of a run that is done again; a stop becomes a limit of batches.
 * @param plan of the same specification without its timeline
 * @throws UserError when the entries cannot be those of a run of this plan
 */
export function withTimeline(plan: Plan, given: Timeline): Plan {
  const { seed, startUs } = plan;
  if (seed === null) throw refused('/seed', 'is missing: a timeline belongs to one');
  if (startUs === null) throw refused('/load/start', 'is missing: a timeline belongs to one');
  const entries = given.flatMap((one) => (one.cause === 'stop' ? [] : [one]));
  const known = { seed, streams: plan.streams };
  const problems = plan.streams.flatMap((stream, index) => {
    const own = given.flatMap((one, at) =>
      one.stream === index && one.cause !== 'stop' ? [{ one, path: `/timeline/${String(at)}` }] : [],
    );
    if (own.length === 0) return [{ path: '/timeline', message: `has no entry for stream ${String(index)} (${stream.name})` }];
    const [start] = begin(plan.streams, startUs).slice(index);
    const misfits = own.flatMap(({ one, path }, n) => said(path, n === 0 ? misstart(one, start) : misfit(known, one, own[n - 1]?.one)));
    return misfits.length > 0 ? misfits : own.flatMap(({ one, path }) => said(path, fallsBack(known, entries, one)));
  });
  const strangers = given.flatMap(({ stream }, at) =>
    stream < plan.streams.length ? [] : said(`/timeline/${String(at)}/stream`, `must be below ${String(plan.streams.length)}`),
  );
  if (problems.length + strangers.length > 0) throw refusal('the job specification', [...strangers, ...problems]);
  return { ...plan, timeline: entries, streams: plan.streams.map((stream, index) => stoppedAt(stream, given, index)) };
}

const refused = (path: string, message: string) => refusal('the job specification', [{ path, message }]);
const said = (path: string, message: string | null): Problem[] => (message === null ? [] : [{ path, message }]);

const misstart = (one: Entry, start: Entry | undefined): string | null =>
  isDeepStrictEqual(one, start)
    ? null
    : `must be the start that follows from load, ${JSON.stringify(start)}: a run of another load or start has no timeline yet, leave it out`;

/** Why `one` cannot follow `before`; null: it can. */
function misfit(plan: Pick<Plan, 'streams'> & Scheduled, one: Entry, before: Entry | undefined): string | null {
  if (before === undefined || before.pace.kind === 'unpaced') return 'cannot be: the stream has no instants that could change';
  const { cause, from, n } = one;
  if (cause === 'start') return 'is a second start of its stream';
  if (from < before.from) return `must not begin before the entry that it ends (batch ${String(before.from)})`;
  const own = plan.streams[one.stream]?.ownPace === true;
  if (own && cause === 'pace') return "cannot be: the cadence is the scenario's own, no operator can change it";
  if (!own && !isPace(one.pace, plan.streams.length, one.stream)) return 'has a pace that no job can have';
  if (cause === 'pace') {
    if (n !== from || one.originUs < Math.max(0, one.tauUs)) return 'must count its pace from its first batch and its own instant on';
  } else {
    if (!isDeepStrictEqual([one.pace, one.originUs], [before.pace, before.originUs])) return `a ${cause} changes no pace`;
    if (cause === 'hold' && n !== before.n) return 'a hold leaves out nothing';
    if (cause === 'skip' && (n > before.n || one.atUs !== before.atUs || one.tauUs !== before.tauUs)) return 'a skip moves no instants';
  }
  const old = scheduleOf(plan, [before], one.stream);
  const events = from < old.end ? old.batch(from).firstEvent : one.events;
  return events === one.events ? null : `must count ${String(events)} events before batch ${String(from)}`;
}

/** One that the specification can say, and this stream's share of it. */
const isPace = (given: Pace, of: number, index: number): boolean => {
  const written = pace.safeParse(writtenPace(given));
  return written.success && given.kind !== 'unpaced' && isDeepStrictEqual(paceOf(written.data, of, index), given);
};

/** Due instants never fall from one batch to the next. */
function fallsBack(plan: Scheduled, entries: readonly Entry[], { stream, from }: Entry): string | null {
  const schedule = scheduleOf(plan, entries, stream);
  if (from === 0 || from >= schedule.end) return null;
  return schedule.batch(from).dueUs < schedule.batch(from - 1).dueUs ? `must not be due before batch ${String(from - 1)}` : null;
}

function stoppedAt(stream: Plan['streams'][number], given: Timeline, index: number): Plan['streams'][number] {
  const stops = given.flatMap((one) => (one.cause === 'stop' && one.stream === index ? [one.from] : []));
  if (stops.length === 0) return stream;
  return { ...stream, limits: { ...stream.limits, batches: Math.min(stream.limits.batches ?? Infinity, ...stops) } };
}
