/** A clean of a paused job: like a change, but without a settle, since it is itself a writer that fences all others, and must be possible when progress was lost. */
import { note } from './journal';
import type { CleanAnswer } from './messages';
import type { Command, MachineState, Outcome } from './state';

type Clean = NonNullable<MachineState['clean']>;

/** What to do until it is under way: first everything that runs comes to its end. */
export function cleaning(s: MachineState, clean: Clean): Command[] {
  const running = s.parts.flatMap(({ running }) => (running === null ? [] : [running]));
  if (running.length > 0) return running.map((id) => ({ type: 'cancel', id }));
  if (clean.id !== null || Object.keys(s.settling).length > 0) return [];
  s.generation++;
  s.settled = false;
  clean.id = s.nextId++;
  return [{ type: 'clean', id: clean.id, args: { plan: s.plan, generation: s.generation, mode: clean.mode, home: s.home } }];
}

/** The job is over when its own data was deleted; otherwise it stays paused. */
export function cleaned(s: MachineState, id: number, outcome: Outcome<CleanAnswer>, nowMs: number): void {
  if (s.clean?.id !== id) return;
  if (outcome.ok && outcome.result.over) {
    s.clean.over = true;
    return;
  }
  s.clean = null;
  note(s, 'clean', nowMs, null, outcome.ok ? `deleted: ${String(outcome.result.deleted)}` : outcome.message);
  if (!outcome.ok) s.reason = outcome.message;
}
