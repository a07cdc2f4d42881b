/** How many batches of the runs before one are there: its own numbers go on after theirs. */
import { nodeFiles } from '../disk/node-files';
import { LostProgress } from '../sink';
import { findPlace } from './layout';
import { erasOf, readRecord } from './record';
import { rollForward } from './roll-forward';

/** By stream, in the data directory itself. What was cleaned is not counted; a record that cannot be read, either. */
export async function earlierBatches(
  dataDir: string,
  { job, run, streams }: { job: string; run: string; streams: readonly string[] },
): Promise<Record<string, number>> {
  const counts = streams.map(async (stream): Promise<[string, number]> => [stream, await earlierOf(dataDir, job, run, stream)]);
  return Object.fromEntries(await Promise.all(counts));
}

async function earlierOf(dataDir: string, job: string, run: string, stream: string): Promise<number> {
  const place = await findPlace({ files: nodeFiles, dataDir, path: undefined }, { stream, shard: 0 });
  const record = place === null ? null : await readRecord(nodeFiles, place).catch(lost);
  if (place === null || record?.job !== job) return 0;
  // Runs follow each other by name. The record is of the run before as long as this one has not begun.
  return erasOf(await rollForward(nodeFiles, place, record))
    .filter((era) => era.run < run)
    .reduce((sum, { batches }) => sum + batches, 0);
}

function lost(failure: unknown): null {
  if (failure instanceof LostProgress) return null;
  throw failure;
}
