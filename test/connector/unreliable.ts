/** The disk sink, whose answers get lost, or whose commits do: what a broker that dies in the middle looks like from here. */
import { sinks } from '../../src/sinks';
import type { Batch, Sink } from '../../src/sinks/sink';
import type { Totals } from '../../workflows/ledger';

/** What becomes of a commit. `late`: it is done, and never answered. */
export type Fate = 'well' | 'lost answer' | 'not done' | 'late';

export interface Unreliable {
  sink: Sink;
  /** The next commits; then all go well. */
  fates: Fate[];
  /** Opening fails while it is away. */
  away: boolean;
  /** Before anything else; may throw. */
  inspect: (batches: readonly Batch[]) => void;
  commits: number;
}

export function unreliable(dataDir: string): Unreliable {
  const disk = sinks.get('disk').create({ path: 'connector' }, { dataDir, env: {} });
  const state: Unreliable = {
    fates: [],
    away: false,
    commits: 0,
    inspect: () => undefined,
    sink: {
      ...disk,
      open(opening) {
        const writer = disk.open(opening);
        return {
          committed: () => (state.away ? Promise.reject(new Error('away')) : writer.committed()),
          raise: () => writer.raise(),
          close: () => writer.close(),
          async commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal) {
            state.commits++;
            state.inspect(batches);
            const fate = state.fates.shift() ?? 'well';
            if (fate === 'not done') throw new Error('not done');
            await writer.commit(batches, totals, signal);
            if (fate === 'lost answer') throw new Error('lost');
            if (fate === 'late') await new Promise(() => undefined);
          },
        };
      },
    },
  };
  return state;
}
