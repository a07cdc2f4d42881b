/** Whether the growing file of another stream of the job was taken away by hand: then all begins afresh, and numbers need not go on after folders that are gone, too. */
import { join } from 'node:path';
import { unless } from '../disk/files';
import { partsOf } from '../disk/layout';
import { findPlace, type Place } from './layout';
import { readRecord } from './record';
import type { FoldersSite } from './site';

/** @param run that is about to begin; the other streams of it may have begun already */
export async function growingWasTaken(site: FoldersSite, { raw }: Pick<Place, 'raw'>, run: string): Promise<boolean> {
  const { files } = site;
  for (const part of partsOf(await files.list(join(raw, '.writer')))) {
    const place = await findPlace(site, part);
    const record = place === null ? null : await readRecord(files, place);
    if (place?.all == null || record === null) continue;
    // Of the same run: it has begun without any run before it.
    if (record.run === run ? record.eras.length === 0 : (await sizeOf(site, place.all)) < record.standing.offset) return true;
  }
  return false;
}

/** Bytes; 0 also for a file that is not there. */
export async function sizeOf({ files }: Pick<FoldersSite, 'files'>, path: string): Promise<number> {
  const handle = await unless(files.open(path), 'ENOENT');
  if (handle === undefined) return 0;
  try {
    return await handle.size();
  } finally {
    await handle.close();
  }
}
