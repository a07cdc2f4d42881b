/** A line a second about the processes and the database. Not synced: a line that is lost is a point that is missing in a chart. */
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { pidOf } from '../../temporal/processes';
import type { StackRecord } from '../stack/record';

export const sample = z.object({
  at: z.number(),
  batches: z.number(),
  events: z.number(),
  /** Identity and resident memory (MB) of each part, by name; empty where the system does not tell. */
  rss: z.record(z.string(), z.tuple([z.string(), z.number()])),
  /** Temporal's database with its write-ahead log. */
  dbBytes: z.number(),
  /** Load average of the machine over the last minute. */
  load: z.number().default(0),
});
export type Sample = z.output<typeof sample>;

export const standstill = z.object({ from: z.number(), to: z.number() });

export function takeSample(dataDir: string, record: StackRecord | null, counts: { batches: number; events: number }): Sample {
  const rss: Sample['rss'] = {};
  for (const [name, identity] of Object.entries(record?.parts ?? {})) {
    const mb = rssOf(pidOf(identity));
    if (mb !== null) rss[name] = [identity, mb];
  }
  const dbBytes = ['temporal.db', 'temporal.db-wal'].reduce(
    (bytes, name) => bytes + (statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  return { at: Date.now(), ...counts, rss, dbBytes, load: loadavg()[0] ?? 0 };
}

export const keep = (file: string, line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);

/** proc(5); null where there is none, or no such process any more. */
function rssOf(pid: number): number | null {
  try {
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return kb === undefined ? null : Math.round(Number(kb) / 102.4) / 10;
  } catch {
    return null;
  }
}
