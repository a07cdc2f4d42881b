import { afterBatch, noTotals, type Totals } from '../../workflows/ledger';

/** Totals of so many batches of one event each, none of them late. */
export const afterTotals = (events: number): Totals =>
  Array.from({ length: events }).reduce<Totals>((totals) => afterBatch(totals, { emitted: 1, corrupted: 0, bytes: 375 }, 0), noTotals());
