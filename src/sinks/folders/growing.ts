/** The growing file with only some runs left in it. */
import { basename } from 'node:path';
import { unless, type Files } from '../disk/files';
import type { Owner } from '../disk/owner';
import { LostProgress, SinkError } from '../sink';
import { erasOf, type FoldersRecord } from './record';

const CHUNK = 1024 * 1024;

/** Puts a file with the bytes of the record's eras in the place of the one that held more; answers the record with their new places in it. */
export async function keepOnly(files: Files, live: string, owner: Owner, record: FoldersRecord): Promise<FoldersRecord> {
  const eras = erasOf(record);
  const size = eras.reduce((sum, { bytes }) => sum + bytes, 0);
  const source = await unless(files.open(live), 'ENOENT');
  if (source === undefined) throw new SinkError(`${live} is gone: clean all modes, or bring it back`, false);
  try {
    // Done by a clean that was killed before it could say so.
    if ((await source.size()) !== size) {
      const draft = await files.create(owner.at(basename(live)));
      try {
        let at = 0;
        for (const { offset, bytes } of eras) {
          for (let done = 0; done < bytes;) {
            const chunk = await source.read(Math.min(CHUNK, bytes - done), offset + done);
            if (chunk.length === 0) throw new LostProgress(`${live} is shorter than recorded`);
            await draft.write([chunk], at + done);
            done += chunk.length;
          }
          at += bytes;
        }
        await draft.sync();
      } finally {
        await draft.close();
      }
      await files.rename(owner.at(basename(live)), live);
    }
  } finally {
    await source.close();
  }
  let at = 0;
  const placed = record.eras.map((era) => ({ ...era, offset: (at += era.bytes) - era.bytes }));
  return { ...record, eras: placed, origin: at, standing: { ...record.standing, offset: size } };
}
