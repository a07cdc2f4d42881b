/**
 * The parts of a job are brought level before it rests: writers of one stream come differently far, and what one stream has committed may speak of
 * what another one still owes. Of a job that ends, or is paused for a week, nobody would make it: its numbers would have holes.
 */
import type { Part, Place, Plan } from './messages';
import type { StreamSchedule } from './schedule';
import type { MachineState, PartState } from './state';

/** So long a pause or stop waits for it, wall ms: a sink that is away must not keep a job from coming to rest. */
const PATIENCE_MS = 10_000;

/** A part as its sink has it. `begun`: batches from `next` on of which some events may have left already. */
type Held = Part & Pick<Place, 'next'> & { answer?: { next: number; begun?: number } | null };
interface Job {
  plan: Pick<Plan, 'shards'>;
  parts: readonly Held[];
}

/** Whether it is under way and waited for; over when its emits have answered, or with the patience. */
export function levelling({ level, parts }: MachineState, nowMs: number): boolean {
  if (level == null || level.over) return false;
  level.over = nowMs >= level.untilMs || parts.every(({ running }) => running === null);
  return !level.over;
}

/**
 * Begins it, once a stop, and once a pause where the plan says so; all parts are settled.
 * @returns the parts that owe batches, with the first batch that they do not owe; empty: none
 */
export function beginLevelling(
  s: MachineState,
  schedules: readonly StreamSchedule[],
  nowMs: number,
): { part: PartState; index: number; until: number }[] {
  const { level } = s.plan;
  if (level === undefined || s.level != null || !(s.stop || (s.held && level === 'rest'))) return [];
  const ends = levelOf(s, schedules);
  const owed = s.parts.flatMap((part, index) => {
    const until = ends[part.stream] ?? 0;
    return part.next < until ? [{ part, index, until }] : [];
  });
  s.level = { untilMs: nowMs + PATIENCE_MS, over: owed.length === 0 };
  return owed;
}

/**
 * The first batch of each stream that nobody owes: all batches due no later than the last one that any part of the job has made belong together; of
 * unpaced streams, which have no instants, all before the last one of the stream.
 */
export function levelOf(job: Job, schedules: readonly StreamSchedule[]): number[] {
  const untilUs = lastDueUs(job, schedules);
  return schedules.map((schedule, stream) =>
    schedule.paced
      ? schedule.firstDueAfter(untilUs, 0)
      : Math.max(0, ...job.parts.filter((part) => part.stream === stream).map((part) => lastOf(part, job.plan.shards) + 1)),
  );
}

/** Due instant of the last batch that any part has committed or begun, wall µs; unpaced batches have none. -Infinity: none. */
export function lastDueUs({ parts, plan: { shards } }: Job, schedules: readonly StreamSchedule[]): number {
  const dues = parts.map((part) => {
    const schedule = schedules[part.stream];
    const last = lastOf(part, shards);
    return schedule?.paced === true && last >= 0 ? schedule.batch(last).dueUs : -Infinity;
  });
  return Math.max(-Infinity, ...dues);
}

/** Number of the last batch that the part has committed or begun; negative: none. */
const lastOf = ({ next, answer }: Held, shards: number): number => (answer?.next ?? next) + ((answer?.begun ?? 0) - 1) * shards;
