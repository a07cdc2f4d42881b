/** One folder a batch, as `README.md` of this folder shows: `raw/events/<batch id>/` with the events and what is to be said of them. */
import { join } from 'node:path';
import { z } from 'zod';
import { asSinkError } from '../disk/failures';
import type { Files } from '../disk/files';
import { homeOf } from '../disk/home';
import { isRelativePath } from '../disk/layout';
import { nodeFiles } from '../disk/node-files';
import { defineSink, type Opening, type Sink, type SinkDeps, type SinkLog } from '../sink';
import { clean, surveyClean } from './clean';
import { below } from './layout';
import { LogFile } from './log-file';
import { find } from './read';
import type { FoldersSite } from './site';
import { FoldersWriter } from './writer';

export { earlierBatches } from './earlier';
export { logLevels, type LogEntry, type LogLevel } from './log-file';
export { LogReader } from './log-reader';
export { companiesAreWhole } from './whole';

const options = z.strictObject({
  path: z
    .string()
    .max(200)
    .refine(isRelativePath, 'must be a relative path of plain names, such as exports/fleet, that stays inside the data directory')
    .optional()
    .describe('Folder of raw/ and manifests/, relative to the data directory; default: the data directory itself.'),
  mode: z.enum(['production', 'emulated']).default('production').describe('What the batches are labelled with in their metadata.'),
  first: z
    .record(z.string(), z.int().min(1).max(1_000_000_000))
    .optional()
    .describe("Number of each stream's first batch, for people; default: the one after the last that is there."),
});

export const folders = defineSink({
  name: 'folders',
  summary: 'One folder a batch below the data directory, whole or not there, with its metadata: the layout of the fleet generator.',
  options,
  create: (chosen, { dataDir, log: said }) => {
    const file = new LogFile(join(dataDir, below(chosen.path, 'manifests/logs')));
    const log: SinkLog = (line) => {
      said?.(line);
      file.append(line);
    };
    return { ...createFolders(chosen, { dataDir, log }), close: () => file.flush() };
  },
});

/** The sink over any file system and clock, without the log beside the data. */
export function createFolders(
  { path, mode, first }: z.output<typeof options>,
  { dataDir, log = () => undefined }: Pick<SinkDeps, 'dataDir' | 'log'>,
  files: Files = nodeFiles,
  now: () => number = Date.now,
): Sink {
  const site: FoldersSite = { files, dataDir, path, mode, first, log, now };
  const announced = new Set<string>();
  return {
    durable: true,
    keepsLedger: true,
    home: () => explained(homeOf(dataDir, files)),
    open: (opening) => {
      announce(site, announced, opening);
      return new FoldersWriter(site, opening);
    },
    read: (part) => explained(find(site, part)),
    clean: (parts, generation, only) => explained(clean(site, parts, generation, only)),
    survey: (parts, only) => explained(surveyClean(site, parts, only)),
    output: () => ({ kind: 'folders', path: `${dataDir}/${below(path, 'raw')}` }),
    close: () => Promise.resolve(),
  };
}

/** Once a process and run: people look for this line after a start. */
function announce({ log, mode }: FoldersSite, announced: Set<string>, { part: { run } }: Opening): void {
  if (announced.has(run)) return;
  announced.add(run);
  log({ component: 'generator', run, level: 'info', message: `Starting generator in ${mode} mode`, metadata: { mode } });
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asSinkError(error);
  }
}
