/** Publishing a file of the whole run, such as `manifest.json`, whatever the job's sink: fenced like a part, so that a late publisher replaces nothing newer. */
import { join } from 'node:path';
import { z } from 'zod';
import { SinkError, Superseded } from '../sink';
import { asSinkError } from './failures';
import { codeOf, syncFolder, unless, type Files } from './files';
import { makeFolders } from './layout';
import { nodeFiles } from './node-files';
import { Owner } from './owner';

const RECORD = 'record.json';
const schema = z.object({ version: z.literal(1), generation: z.int().min(0) });

/**
 * Replaces `<runFolder>/<name>` by the content, whole or not at all, and durable when it returns; makes the folders that are missing.
 * @param generation of the publisher; from the same generation the last one wins
 * @throws Superseded when a higher generation has published
 * @throws SinkError
 */
export async function publishFile(
  runFolder: string,
  name: string,
  generation: number,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  files: Files = nodeFiles,
): Promise<void> {
  const place = join(runFolder, '.writer', name.replace(/\.[^.]*$/, ''));
  let owner: Owner | undefined;
  try {
    await makeFolders(files, place);
    owner = await Owner.take(files, place, generation, RECORD);
    const highest = await highestPublished(files, join(place, RECORD));
    if (highest > generation) throw new Superseded(`generation ${highest} has published ${name}, this one has ${generation}`);
    await owner.publish(Buffer.from(`${JSON.stringify({ version: 1, generation })}\n`), join(place, RECORD));
    await owner.publish(content, join(runFolder, name));
    for (const folder of [place, join(place, '..'), runFolder]) await syncFolder(files, folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || owner === undefined || !(await owner.lost())) throw asSinkError(error);
    const highest = await highestPublished(files, join(place, RECORD));
    if (highest > generation) throw new Superseded(`generation ${highest} has published ${name}, this one has ${generation}`);
    throw new SinkError(`another publisher of ${name} has taken over`, true, { cause: error });
  } finally {
    await owner?.release();
  }
}

/** 0 where there is no record, or none that can be read: the file is made again from what its publishers know, so it is not worth holding up anyone. */
async function highestPublished(files: Files, path: string): Promise<number> {
  const bytes = await unless(files.read(path), 'ENOENT');
  try {
    return bytes === undefined ? 0 : schema.parse(JSON.parse(bytes.toString('utf8'))).generation;
  } catch {
    return 0;
  }
}
