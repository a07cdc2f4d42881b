/** A sink that forgets a part which nobody writes to for long is written to in time, paused or not: a settle is enough. */
import type { MachineState, PartState } from './state';

/** When the sink has to be written to, wall ms; null: it forgets nothing, or is being written to or cleaned. */
export function touchAtMs({ plan, parts, blocked, touch, clean, settling }: MachineState): number | null {
  if (plan.keepMs === undefined || blocked || touch === true || clean || Object.keys(settling).length > 0) return null;
  return Math.min(...parts.map(({ writtenAtMs }) => writtenAtMs ?? Infinity)) + plan.keepMs;
}

export function written({ plan }: MachineState, part: PartState, nowMs: number): void {
  if (plan.keepMs !== undefined) part.writtenAtMs = nowMs;
}
