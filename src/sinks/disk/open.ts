/** Opening a part: own folder → fence → record → generation → and only then the data. The order is the protocol (README.md); each `await` is a place to be overtaken. */
import { basename } from 'node:path';
import { LostProgress, SinkError, type Opening } from '../sink';
import { asSinkError, asWriterError } from './failures';
import { codeOf, syncFolder, type Files, type Handle } from './files';
import { findInside, makeFolders, makeInside, partPlace, runPath, type PartPlace } from './layout';
import type { Holding } from './one-at-a-time';
import { Owner } from './owner';
import { admit, encodeRecord, firstRecord, readmit, readRecord, type PartRecord } from './record';
import type { Site } from './site';
import { dataNames, takeTail } from './tail';

/** What a writer holds of its part. */
export class Held implements Holding {
  constructor(
    readonly place: PartPlace,
    readonly owner: Owner,
    /** As it was last published. */
    public record: PartRecord,
    /** The data file in hand. */
    public tail: Handle,
  ) {}

  async release(): Promise<void> {
    await this.tail.close().catch(() => undefined);
    await this.owner.release();
  }
}

export async function open(site: Site, opening: Opening): Promise<Held> {
  const { files } = site;
  const { part, generation } = opening;
  let place: PartPlace | undefined;
  let owner: Owner | undefined;
  try {
    place = await locate(site, opening);
    // An early look spares the live writer the visit of one that is too late; what counts is the look after the fence.
    const early = await readRecord(files, place);
    if (early !== null) admit(early, generation);

    owner = await fence(files, place, generation);
    const record = (await readRecord(files, place)) ?? (await begin(files, place, owner, opening));
    admit(record, generation);
    if (record.job !== part.job) throw new SinkError(`${place.run} belongs to job ${record.job}: choose another path for this job`, false);
    return new Held(place, owner, record, await takeTail(files, place, owner, record));
  } catch (error) {
    const reason =
      place === undefined || owner === undefined
        ? asSinkError(error)
        : await asWriterError(error, owner, readmit(files, place, generation));
    await owner?.release();
    throw reason;
  }
}

async function locate({ files, dataDir, path }: Site, { part, create }: Opening): Promise<PartPlace> {
  const relative = runPath(part, path);
  const run = create ? await makeInside(files, dataDir, relative) : await findInside(files, dataDir, relative);
  if (run === null) throw new LostProgress(`${relative} is gone from ${dataDir}: restore it from a backup, or start the job anew`);
  const place = partPlace(run, part);
  if (create) await makeFolders(files, place.writer);
  return place;
}

/** Takes the part over: from here on every older writer's next change fails. */
export async function fence(files: Files, place: Pick<PartPlace, 'writer' | 'record'>, generation: number): Promise<Owner> {
  try {
    return await Owner.take(files, place.writer, generation, basename(place.record));
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? noRecord(place) : error;
  }
}

/** The first record. The first settle alone may make it, and never beside data that some record must once have described. */
async function begin(files: Files, place: PartPlace, owner: Owner, { create, part }: Opening): Promise<PartRecord> {
  if (!create) throw noRecord(place);
  await makeFolders(files, place.stream);
  if ((await dataNames(files, place)).some((name) => place.number(name) !== null)) throw noRecord(place);
  const record = firstRecord(part);
  await owner.publish(encodeRecord(record), place.record);
  for (const folder of [place.writer, `${place.writer}/..`, place.run]) await syncFolder(files, folder);
  return record;
}

export function noRecord(place: Pick<PartPlace, 'record'>): LostProgress {
  return new LostProgress(`the record ${place.record} is gone: restore it from a backup, or start the job anew`);
}
