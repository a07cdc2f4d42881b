/** `cleaned.json` beside the manifest: what a clean deletes, written down before it does so, that the list is whole also after a kill in the middle. */
import { lstat, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { runFolder } from '../sinks/disk';
import type { Cleaned } from '../sinks/sink';

export const CLEAN_REPORT = 'cleaned.json';

export const cleanReport = z.strictObject({
  deleted_items: z.array(z.string()).describe('Relative to the data directory.'),
  deleted_count: z.int().min(0),
  skipped_items: z.array(z.string()).describe('What evergen did not write: left where it is.'),
  errors: z.array(z.string()).describe('What could not be deleted, and why: a second clean tries again.'),
});
export type CleanReport = z.output<typeof cleanReport>;

/** `execution`: of the workflow that cleans, so that a retry is told from a clean that is asked for again. */
const kept = cleanReport.extend({ generation: z.int().min(0), execution: z.string().default(''), done: z.boolean() });
export type KeptCleanReport = z.output<typeof kept>;

export const cleanReportOf = ({ deleted, skipped, errors }: Omit<Cleaned, 'over'>): CleanReport => ({
  deleted_items: deleted,
  deleted_count: deleted.length,
  skipped_items: skipped,
  errors,
});

/** Data that is not of one part. */
const OF_THE_RUN = ['quality_ledger.jsonl', 'rejected.jsonl'];

/** Those that are there, relative to the data directory. */
export async function filesOfTheRun(dataDir: string, run: { job: string; run: string }): Promise<string[]> {
  const paths = OF_THE_RUN.map((name) => join(runFolder(dataDir, run), name));
  const there = await Promise.all(
    paths.map((path) =>
      lstat(path).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => there[i]).map((path) => relative(dataDir, path));
}

/** The report of the last clean of a run; null when there is none that can be read. */
export async function readCleanReport(folder: string): Promise<KeptCleanReport | null> {
  try {
    return kept.parse(JSON.parse(await readFile(join(folder, CLEAN_REPORT), 'utf8')));
  } catch {
    return null;
  }
}
