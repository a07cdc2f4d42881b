/** Opening a part: own folder → fence → record → generation → roll forward → and only then the growing file. The order is that of `disk`. */
import { asSinkError, asWriterError } from '../disk/failures';
import { syncFolder, type Files } from '../disk/files';
import { fence, noRecord } from '../disk/open';
import type { Owner } from '../disk/owner';
import { takeFile } from '../disk/tail';
import { LostProgress, type Opening } from '../sink';
import { begin } from './begin';
import { Held } from './held';
import { findPlace, makePlace, type Place } from './layout';
import { publishManifests } from './manifests';
import { admitPart, again, readRecord, type FoldersRecord } from './record';
import { rollForward } from './roll-forward';
import type { FoldersSite } from './site';

export async function open(site: FoldersSite, opening: Opening): Promise<Held> {
  const { files } = site;
  const { part, generation, create } = opening;
  let place: Place | null = null;
  let owner: Owner | undefined;
  try {
    place = create ? await makePlace(site, part) : await findPlace(site, part);
    if (place === null)
      throw new LostProgress(`the folder raw is gone from ${site.dataDir}: restore it from a backup, or start the job anew`);
    const early = await readRecord(files, place);
    if (early !== null) admitPart(early, place, part, generation);

    owner = await fence(files, place, generation);
    const found = await readRecord(files, place);
    if (found !== null) admitPart(found, place, part, generation);
    const mine = found?.run === part.run && found.job === part.job ? await rollForward(files, place, found) : null;
    if (mine === null && !create) throw noRecord(place);
    const record = mine ?? (await begin(site, place, owner, opening, found));
    return await held(files, place, owner, record);
  } catch (error) {
    const reason =
      place === null || owner === undefined ? asSinkError(error) : await asWriterError(error, owner, again(files, place, opening));
    await owner?.release();
    throw reason;
  }
}

/** The growing file is taken over; what people read is put right, should the one before have ended between a commit and that. */
async function held(files: Files, place: Place, owner: Owner, record: FoldersRecord): Promise<Held> {
  const all = place.all === null ? null : await takeFile(files, place.all, owner, record.standing.offset);
  try {
    if (all !== null) await syncFolder(files, place.raw);
    await publishManifests(files, place, owner, record);
    return new Held(place, owner, record, all);
  } catch (error) {
    await all?.close();
    throw error;
  }
}
