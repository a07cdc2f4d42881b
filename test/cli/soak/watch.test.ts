import { noTotals } from '../../../workflows/ledger';
import type { CommittedReader } from '../../../src/cli/soak/committed';
import { startWatch } from '../../../src/cli/soak/watch';

/** What is told of looks that find so many batches, one after the other. */
async function toldOf(outdatedMs: number, ...found: number[]): Promise<string[]> {
  const told: string[] = [];
  let next = found[0] ?? 0;
  const reader: CommittedReader = {
    ...{ folder: '', everyMs: { idle: 10, eager: 10 }, outdatedMs, halfDone: null },
    read: () => Promise.resolve([{ next, totals: noTotals() }]),
    excess: () => Promise.resolve([]),
  };
  const watch = startWatch(reader, { recovered: () => undefined, stoodStill: () => undefined, wentBack: (text) => void told.push(text) });
  for (next of found) await watch.look();
  await watch.stop();
  return told;
}

test('a record that has gone back is told, also when it is as it was at the next look: nothing out of date is read from a file', async () => {
  expect(await toldOf(0, 5, 3, 6)).toEqual(['part 0 had committed 5 batches and now says 3']);
});

test('brokers that have just started may answer with an older progress, which heals', async () => {
  expect(await toldOf(60_000, 5, 3, 6)).toEqual([]);
});
