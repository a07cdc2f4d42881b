/** What happened to a job, for people; the timeline says the same in numbers. */
import type { JournalEntry } from './messages';
import type { MachineState } from './state';

/** It goes through every continue-as-new. */
const LENGTH = 100;

export function note(
  s: MachineState,
  action: JournalEntry['action'],
  atMs: number,
  by: string | null,
  detail: string,
  from: number[] | null = null,
): void {
  s.journal = [...s.journal, { atMs, action, by, from, detail }].slice(-LENGTH);
}
