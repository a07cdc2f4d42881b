/** When batches are due, as the manifest's timeline has it. Parts are numbered in the order of streams and shards. */
import { generationOf } from '../../spec/generation';
import type { Manifest } from '../../spec/manifest';
import type { PartProgress } from './committed';

export interface Dues {
  /** The first instant after this one (wall ms) at which a batch is due that is not committed; null: none. */
  after(parts: readonly PartProgress[], ms: number): number | null;
  /** Whether a part has committed a batch while another has one to make that was due no later. */
  uneven(parts: readonly PartProgress[]): boolean;
  /** Whether the last batch that a part has committed was due after an instant (wall ms), or it has none left to make. */
  madeAfter(parts: readonly PartProgress[], part: number, ms: number): boolean;
}

export function duesOf({ plan, timeline }: Manifest): Dues {
  const { schedules } = generationOf(plan, timeline);
  const scheduleOf = (part: number) => schedules[Math.floor(part / plan.shards)];
  return {
    after(parts, ms) {
      const dues = parts.flatMap(({ next }, i) => {
        const schedule = scheduleOf(i);
        if (schedule === undefined || !schedule.paced) return [];
        const from = Math.max(next, schedule.firstDueAfter(ms * 1000, 0));
        return from < schedule.end ? [schedule.batch(from).dueUs / 1000] : [];
      });
      return dues.length === 0 ? null : Math.min(...dues);
    },
    uneven(parts) {
      const dueOf = (part: number, b: number) => (b < 0 ? -Infinity : (scheduleOf(part)?.batch(b).dueUs ?? Infinity));
      const made = Math.max(...parts.map(({ next }, i) => dueOf(i, next - plan.shards)));
      return parts.some(({ next }, i) => dueOf(i, next) <= made);
    },
    madeAfter(parts, part, ms) {
      const [schedule, next] = [scheduleOf(part), parts[part]?.next ?? 0];
      if (schedule === undefined || next >= schedule.end) return true;
      const last = next - plan.shards;
      return last >= 0 && schedule.batch(last).dueUs > ms * 1000;
    },
  };
}
