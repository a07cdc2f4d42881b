/** `cleaned.json` beside the manifest: what a clean deletes, written down before it does so, that the list is whole also after a kill in the middle. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Cleaned } from '../sinks/sink';

export const CLEAN_REPORT = 'cleaned.json';

export const cleanReport = z.strictObject({
  deleted_items: z.array(z.string()).describe('Relative to the data directory.'),
  deleted_count: z.int().min(0),
  skipped_items: z.array(z.string()).describe('What evergen did not write: left where it is.'),
  errors: z.array(z.string()).describe('What could not be deleted, and why: a second clean tries again.'),
});
export type CleanReport = z.output<typeof cleanReport>;

const kept = cleanReport.extend({ generation: z.int().min(0), done: z.boolean() });
export type KeptCleanReport = z.output<typeof kept>;

export const cleanReportOf = ({ deleted, skipped, errors }: Omit<Cleaned, 'over'>): CleanReport => ({
  deleted_items: deleted,
  deleted_count: deleted.length,
  skipped_items: skipped,
  errors,
});

/** The report of the last clean of a run; null when there is none that can be read. */
export async function readCleanReport(runFolder: string): Promise<KeptCleanReport | null> {
  try {
    return kept.parse(JSON.parse(await readFile(join(runFolder, CLEAN_REPORT), 'utf8')));
  } catch {
    return null;
  }
}
