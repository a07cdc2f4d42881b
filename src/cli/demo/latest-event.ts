/** The last whole event in a job's newest data file, in a few words: what is on disk, seen as it grows. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { JobBody } from '../../jobs/job-body';

const intake = z.object({
  event_time_ms: z.number(),
  channel: z.string(),
  county: z.string(),
  presenting_problem: z.string(),
  risk_level: z.string(),
});
const TAIL = 4096;

/** `''` as long as there is none. */
export function latestEvent({ output: { path } }: JobBody): string {
  const parsed = intake.safeParse(lastLine(path === undefined ? null : join(path, 'intakes')));
  if (!parsed.success) return '';
  const { event_time_ms: at, channel, county, presenting_problem: problem, risk_level: risk } = parsed.data;
  return `${new Date(at).toISOString().slice(11, 23)}  ${channel}, ${county}, ${problem}, ${risk} risk`;
}

function lastLine(folder: string | null): unknown {
  if (folder === null) return null;
  try {
    const newest = readdirSync(folder).sort().at(-1);
    const lines = newest === undefined ? [] : tailOf(join(folder, newest)).split('\n');
    return JSON.parse(lines.at(-2) ?? 'null');
  } catch {
    return null;
  }
}

function tailOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const tail = Buffer.alloc(Math.min(TAIL, size));
    readSync(handle, tail, 0, tail.length, size - tail.length);
    return tail.toString('utf8');
  } finally {
    closeSync(handle);
  }
}
