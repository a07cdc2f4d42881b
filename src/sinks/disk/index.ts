/** Files below the data directory: `<path or jobs/job>/<run>/<stream>/<shard>-<part>.jsonl`. How it keeps its promise: `README.md` one folder up. */
import { z } from 'zod';
import { defineSink, type DataFile, type Sink, type SinkDeps } from '../sink';
import { clean, surveyClean } from './clean';
import { dataFiles } from './data-files';
import { asSinkError } from './failures';
import type { Files } from './files';
import { homeOf } from './home';
import { findInside, isRelativePath, runFolder, runPath } from './layout';
import { nodeFiles } from './node-files';
import { find } from './read';
import { FILE_LIMIT, type Site } from './site';
import { Sums } from './sums';
import { DiskWriter } from './writer';

export { homeOf } from './home';
export { runFolder } from './layout';
export { publishFile } from './publish-file';

const options = z.strictObject({
  path: z
    .string()
    .max(200)
    .refine(isRelativePath, 'must be a relative path of plain names, such as exports/nightly, that stays inside the data directory')
    .optional()
    .describe('Folder of the runs, relative to the data directory; default: jobs/ and the job id.'),
});

export const disk = defineSink({
  name: 'disk',
  summary: 'JSON lines in files below the data directory, every batch exactly once.',
  options,
  create: ({ path }, deps) => createDisk({ path }, deps),
});

type Run = Parameters<Sink['output']>[0];

/** The sink over any file system and with any size of data files. */
export function createDisk(
  { path }: z.output<typeof options>,
  { dataDir }: Pick<SinkDeps, 'dataDir'>,
  files: Files = nodeFiles,
  fileLimit = FILE_LIMIT,
) {
  const site: Site = { files, dataDir, path, fileLimit, sums: new Sums(files) };
  return {
    durable: true,
    home: () => explained(homeOf(dataDir, files)),
    open: (opening) => new DiskWriter(site, opening),
    read: (part) => explained(find(site, part)),
    clean: (parts, generation) => explained(clean(site, parts, generation)),
    survey: (parts) => explained(surveyClean(site, parts)),
    files: async (run: Run, ended: boolean, known?: readonly DataFile[]) => {
      const folder = await explained(findInside(files, dataDir, runPath(run, path)));
      return folder === null ? [] : explained(dataFiles(files, folder, ended, known, site.sums));
    },
    output: (run) => ({ kind: 'disk', path: runFolder(dataDir, run, path) }),
    close: () => Promise.resolve(),
  } satisfies Sink;
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asSinkError(error);
  }
}
