/** Nowhere: for measuring how fast everything before the sink is. */
import { z } from 'zod';
import { defineSink, type Opening, type Writer } from './sink';

export const drop = defineSink({
  name: 'drop',
  summary: 'Nowhere: batches are made, counted and discarded; for measuring.',
  options: z.strictObject({}),
  create: () => ({
    durable: false,
    home: () => Promise.resolve('drop'),
    open: ({ known }: Opening): Writer => ({
      committed: () => Promise.resolve(known),
      commit: (_batches, _totals, signal) => settled(() => signal.throwIfAborted()),
      raise: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
    output: () => ({ kind: 'drop' }),
    close: () => Promise.resolve(),
  }),
});

/** A throw becomes a rejection: callers of `commit` await its answer. */
const settled = async (act: () => void): Promise<void> => {
  act();
};
