/** The bytes of a batch in this model: its address, its instant, its place in schedule time, and what it sees of stream 0. Short lines, quickly made. */
import type { FixedPlan } from '../../workflows/messages';
import type { Entry, Scheduled, StreamSchedule } from '../../workflows/schedule';
import type { Batch } from '../../src/sinks/sink';

/** Used again for the next batch, like the project's. */
export class BatchBuffer {
  bytes = Buffer.alloc(256);
}

export interface Line {
  stream: number;
  b: number;
  event: number;
  dueUs: number;
  tauUs: number;
  /** Batches of stream 0 that are due by then. */
  seen: number;
}

export const lineOf = ({ stream, b, event, dueUs, tauUs, seen }: Line): string =>
  `${stream}.${b}#${event}@${dueUs / 1000}/${tauUs / 1000}+${seen}\n`;

const NONE = Buffer.alloc(0);

type SchedulesOf = (plan: Scheduled, timeline: readonly Entry[]) => StreamSchedule[];

/** In place of `src/spec/generation.ts`, over the (perhaps mutated) schedule of the project. */
export const generationWith = (schedulesOf: SchedulesOf) => (plan: FixedPlan, timeline: readonly Entry[]) => {
  const schedules = schedulesOf(plan, timeline);
  return {
    schedules,
    *fill(stream: number, b: number, out: BatchBuffer): Generator<void, Batch, void> {
      const schedule = schedules[stream]!;
      const { dueUs, events, firstEvent, timeUs } = schedule.batch(b);
      const { atUs, tauUs } = schedule.entry(b);
      const seen = stream === 0 ? 0 : schedules[0]!.firstDueAfter(dueUs, 0);
      let text = '';
      const ends = new Uint32Array(events);
      const timesMs = new Float64Array(events);
      for (let i = 0; i < events; i++) {
        text += lineOf({ stream, b, event: firstEvent + i, dueUs, tauUs: tauUs + dueUs - atUs, seen });
        ends[i] = text.length;
        timesMs[i] = timeUs(i) / 1000;
      }
      const bytes = out.bytes.subarray(0, out.bytes.write(text));
      return {
        number: b,
        dueUs,
        count: events,
        bytes,
        ends,
        keys: NONE,
        keyEnds: new Uint32Array(events),
        timesMs,
        corrupted: 0,
        ledger: NONE,
      };
    },
  };
};
