/**
 * Streams that refer to each other are brought level before their job rests: what one of them has committed may speak of what another one still owes,
 * and of a job that ends, or is paused for a week, nobody would make it.
 */
import type { StreamSchedule } from './schedule';
import type { MachineState, PartState } from './state';

/** So long a pause or stop waits for it, wall ms: a sink that is away must not keep a job from coming to rest. */
const PATIENCE_MS = 10_000;

/** Whether it is under way and waited for; over when its emits have answered, or with the patience. */
export function levelling({ level, parts }: MachineState, nowMs: number): boolean {
  if (level == null || level.over) return false;
  level.over = nowMs >= level.untilMs || parts.every(({ running }) => running === null);
  return !level.over;
}

/**
 * Begins it, once a pause or stop; all parts are settled.
 * @returns the parts that owe batches due no later than the last one of any part, with the first batch that is due later; empty: none
 */
export function beginLevelling(
  s: MachineState,
  schedules: readonly StreamSchedule[],
  nowMs: number,
): { part: PartState; index: number; until: number }[] {
  if (s.plan.together !== true || !(s.stop || s.held) || s.level != null) return [];
  const untilUs = lastDueUs(s, schedules);
  const firstLater = schedules.map((schedule) => (schedule.paced ? schedule.firstDueAfter(untilUs, 0) : 0));
  const owed = s.parts.flatMap((part, index) => {
    const until = firstLater[part.stream] ?? 0;
    return part.next < until ? [{ part, index, until }] : [];
  });
  s.level = { untilMs: nowMs + PATIENCE_MS, over: owed.length === 0 };
  return owed;
}

/** Due instant of the last batch that any part has committed or begun, wall µs; unpaced batches have none. -Infinity: none. */
export function lastDueUs({ parts, plan: { shards } }: MachineState, schedules: readonly StreamSchedule[]): number {
  const dues = parts.map(({ stream, next, answer }) => {
    const schedule = schedules[stream];
    const last = (answer?.next ?? next) + (answer?.begun ?? 0) * shards - shards;
    return schedule?.paced === true && last >= 0 ? schedule.batch(last).dueUs : -Infinity;
  });
  return Math.max(-Infinity, ...dues);
}
