/** From what was asked for to entries of the timeline, after one cut for the whole job. */
import { note } from './journal';
import type { Policy } from './messages';
import type { Entry } from './schedule';
import type { MachineState } from './state';
import { changePace, hold, skip } from './timeline';

/**
 * Appends what a pause that is over, a lag and a change of pace mean, and takes back the marks. Only while every part is settled and nothing runs.
 * @param lastDueUs due instant of the last batch that any part has committed or begun; -Infinity: none
 * @returns whether the timeline has changed
 */
export function changeTimeline(s: MachineState, lastDueUs: number, nowMs: number): boolean {
  const nowUs = nowMs * 1000;
  const before = s.timeline;
  const pausedUs = s.pausedAtMs === null ? -Infinity : s.pausedAtMs * 1000;
  const cutUs = Math.max(pausedUs, s.sinceUs, lastDueUs);
  const policy = policyOf(s);
  if (policy === 'hold')
    append(s, hold(s.plan, s.timeline, cutUs, nowUs), nowMs, `later batches move by ${String(Math.max(0, nowUs - cutUs) / 1e6)} s`);
  if (policy === 'skip') {
    const { entries, passed } = skip(s.plan, s.timeline, cutUs, nowUs);
    s.skipped = s.skipped.map((so, stream) => ({
      batches: so.batches + (passed[stream]?.batches ?? 0),
      events: so.events + (passed[stream]?.events ?? 0),
    }));
    append(s, entries, nowMs, `${String(passed.reduce((sum, { batches }) => sum + batches, 0))} batches are never made`);
  }
  if (s.paces !== null) {
    const entries = changePace(s.plan, s.timeline, Math.max(nowUs, lastDueUs, s.sinceUs), nowUs, s.paces);
    append(s, entries, nowMs, JSON.stringify(s.paces[0]));
  }
  if (s.pausedAtMs !== null) s.pausedMs += Math.max(0, nowMs - s.pausedAtMs);
  Object.assign(s, { pausedAtMs: null, operatorPaused: false, lag: false, paces: null, reason: null });
  // Not before the cut: a worker's clock may be ahead.
  s.sinceUs = Math.max(nowUs, lastDueUs, s.sinceUs);
  return s.timeline !== before;
}

/** A planned stop of the stack is always a hold, whatever a pause of this job means. */
function policyOf({ pausedAtMs, operatorPaused, lag, plan }: MachineState): Policy {
  if (pausedAtMs !== null) return operatorPaused ? plan.onPause : 'hold';
  return lag ? plan.onLag : 'catch_up';
}

function append(s: MachineState, entries: readonly Entry[], nowMs: number, detail: string): void {
  const first = entries[0];
  if (first === undefined) return;
  s.timeline = [...s.timeline, ...entries];
  const action = first.cause === 'pace' ? 'pace' : s.pausedAtMs !== null ? 'resume' : 'lag';
  note(
    s,
    action,
    nowMs,
    null,
    `in force: ${detail}`,
    entries.map(({ from }) => from),
  );
}
