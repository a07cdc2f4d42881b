/** A machine taken by the hand, step by step. */
import type { Machine } from '../../workflows/machine';
import type { Place } from '../../workflows/messages';

export const NOW_MS = 1_767_225_600_000;

/** Every shard has a batch that is due. */
export const LATER_MS = NOW_MS + 60_000;

export const emitsOf = (machine: Machine) => machine.advance(LATER_MS).filter((command) => command.type === 'emit');

/** All parts answer what the ledger knows. */
export function settle(machine: Machine): void {
  for (const command of machine.advance(NOW_MS)) {
    if (command.type !== 'settle') continue;
    const { next, totals }: Place = command.args;
    machine.on({ type: 'settled', id: command.id, outcome: { ok: true, result: { why: 'settled', next, totals, home: 'home' } } }, NOW_MS);
  }
}
