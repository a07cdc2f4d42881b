/** When the steps happen, wall ms. */
import type { Step } from './plan';

/** Kept free at both ends of a window. */
const MARGIN_MS = 1_000;

/**
 * As planned; or, for a driver that comes back, what is left of the plan spread over what is left of the job, in the same order.
 * @param window null: as planned
 */
export function instantsOf(
  rest: readonly Step[],
  forMs: number,
  startedAt: number,
  window: { from: number; until: number } | null,
): { step: Step; at: number }[] {
  if (window === null) return rest.map((step) => ({ step, at: startedAt + step.atMs }));
  const base = rest[0]?.atMs ?? 0;
  const length = Math.max(0, window.until - window.from - 2 * MARGIN_MS);
  return rest.map((step) => ({ step, at: window.from + MARGIN_MS + ((step.atMs - base) / Math.max(1, forMs - base)) * length }));
}
