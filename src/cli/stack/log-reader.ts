/** Reads the log lines of a DATA_DIR back: the last ones, and those that come. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lineSchema, logFile, olderLogFile, type Line } from './lines';

export const levels = ['debug', 'info', 'warn', 'error'] as const;

export interface Filter {
  /** That level or worse. */
  level: (typeof levels)[number];
  /** Job id, run or component. */
  about?: string;
}

/** Fields of the metadata under which a line names its job. */
const JOB_KEYS = ['job', 'job_id', 'workflowId', 'workflow_id'];

function matches(line: Line, { level, about }: Filter): boolean {
  if (levels.indexOf(line.level) < levels.indexOf(level)) return false;
  if (about === undefined || line.component === about || line.run_id === about) return true;
  return JOB_KEYS.some((key) => line.metadata?.[key] === about);
}

/** Passes on the last `count` matching lines. @returns the byte at which the rest of the file begins */
export function lastLines(dataDir: string, filter: Filter, count: number, to: (line: Line) => void): number {
  const [older, newer] = [olderLogFile(dataDir), logFile(dataDir)].map((file) => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0)));
  const found = `${String(older)}${String(newer)}`.split('\n').flatMap((text) => parse(text, filter));
  for (const line of count === 0 ? [] : found.slice(-count)) to(line);
  return newer?.length ?? 0;
}

/** Passes on what is appended from byte `from` on, until the signal aborts; a new file after a full one is read from its start. */
export async function followLines(
  dataDir: string,
  filter: Filter,
  from: number,
  to: (line: Line) => void,
  over: AbortSignal,
): Promise<void> {
  let at = from;
  let rest = Buffer.alloc(0);
  while (!over.aborted) {
    const news = readFrom(logFile(dataDir), at);
    if (news.restarted) rest = Buffer.alloc(0);
    at = news.end;
    const bytes = Buffer.concat([rest, news.bytes]);
    const end = bytes.lastIndexOf(10) + 1;
    rest = bytes.subarray(end);
    for (const line of bytes
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .flatMap((text) => parse(text, filter)))
      to(line);
    await sleep(100, undefined, { signal: over }).catch(() => undefined);
  }
}

function readFrom(file: string, at: number): { bytes: Buffer; end: number; restarted: boolean } {
  if (!existsSync(file)) return { bytes: Buffer.alloc(0), end: 0, restarted: true };
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const restarted = size < at;
    const start = restarted ? 0 : at;
    const bytes = Buffer.alloc(size - start);
    const read = readSync(descriptor, bytes, 0, bytes.length, start);
    return { bytes: bytes.subarray(0, read), end: start + read, restarted };
  } finally {
    closeSync(descriptor);
  }
}

function parse(text: string, filter: Filter): Line[] {
  if (text === '') return [];
  try {
    const line = lineSchema.parse(JSON.parse(text));
    return matches(line, filter) ? [line] : [];
  } catch {
    // The last line of a process that was killed while it wrote.
    return [];
  }
}
