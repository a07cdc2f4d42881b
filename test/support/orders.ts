/** A scenario for tests: the second stream refers to what is due of the first by its own instant, so a change that moved the streams apart would show in its bytes. */
import { z } from 'zod';
import type { BatchBuffer } from '../../src/fields/batch-buffer';
import { defineScenario, type BatchAddress } from '../../src/scenarios/scenario';
import type { StreamSchedule } from '../../workflows/schedule';

const write = (out: BatchBuffer, key: string, event: Record<string, number>, timeUs: number) => {
  const line = JSON.stringify(event);
  out.ensure(line.length);
  out.at += out.bytes.write(line, out.at);
  out.keyText(key);
  out.endEvent(Math.floor(timeUs / 1000));
};

/** Events of a stream that are due at or before an instant. */
export function dueBy(schedule: StreamSchedule, us: number): number {
  const next = schedule.firstDueAfter(us, 0);
  if (next === 0) return 0;
  const { firstEvent, events } = schedule.batch(next - 1);
  return firstEvent + events;
}

export const orders = defineScenario({
  name: 'orders',
  version: 1,
  summary: 'Orders of customers: two streams, one of which refers to the other.',
  options: z.strictObject({}),
  streams: () => [
    {
      name: 'customers',
      schema: { type: 'object' },
      *fill({ events, firstEvent, timeUs }: BatchAddress, out) {
        for (let i = 0; i < events; i++) {
          write(out, String(firstEvent + i), { customer: firstEvent + i, at_us: timeUs(i) }, timeUs(i));
          yield;
        }
      },
    },
    {
      name: 'orders',
      schema: { type: 'object' },
      *fill({ events, firstEvent, timeUs, dueUs, schedules }: BatchAddress, out) {
        const known = schedules['customers'] === undefined ? 0 : dueBy(schedules['customers'], dueUs);
        for (let i = 0; i < events; i++) {
          write(out, String(firstEvent + i), { order: firstEvent + i, at_us: timeUs(i), customers: known }, timeUs(i));
          yield;
        }
      },
    },
  ],
});
