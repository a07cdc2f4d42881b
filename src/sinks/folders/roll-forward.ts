/** What the record and the folders say together. */
import { syncFolder, type Files } from '../disk/files';
import type { Owner } from '../disk/owner';
import type { Place } from './layout';
import { readMeta } from './meta';
import { encodeRecord, numberOf, type FoldersRecord } from './record';

/** The folder's rename was the commit: with it there, what the record said would hold does hold. */
export async function rollForward(files: Files, place: Place, record: FoldersRecord): Promise<FoldersRecord> {
  const { ahead, ...rest } = record;
  if (ahead === null) return record;
  const meta = await readMeta(files, place.batch(numberOf(record, record.standing.next)));
  return { ...rest, ahead: null, standing: meta?.sha256 === ahead.sha256 ? ahead.standing : record.standing };
}

export async function publishRecord(files: Files, place: Place, owner: Owner, record: FoldersRecord): Promise<void> {
  await owner.publish(encodeRecord(record), place.record);
  await syncFolder(files, place.writer);
}
