/** Whether the growing file of companies holds what was recorded: somebody may have taken it away, or emptied it, while nothing ran. */
import { stat } from 'node:fs/promises';
import { nodeFiles } from '../disk/node-files';
import { findPlace } from './layout';
import { readRecord } from './record';

export async function companiesAreWhole(dataDir: string): Promise<boolean> {
  const place = await findPlace({ files: nodeFiles, dataDir }, { stream: 'companies', shard: 0 });
  if (place?.all == null) return true;
  const record = await readRecord(nodeFiles, place);
  if (record === null || record.standing.offset === 0) return true;
  const size = await stat(place.all).then(
    ({ size }) => size,
    () => 0,
  );
  return size >= record.standing.offset;
}
