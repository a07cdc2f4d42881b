/** What the parts write: brought into the form of our log lines, kept in DATA_DIR/logs, and handed on to whoever watches. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Level } from '../../log';

export const lineSchema = z.object({
  timestamp: z.string(),
  component: z.string(),
  run_id: z.string().nullable(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
export type Line = z.output<typeof lineSchema>;

export const logFile = (dataDir: string): string => join(dataDir, 'logs', 'evergen.log.jsonl');
/** What a supervisor in the background says outside its log lines: progress of a download, and why it failed. */
export const backgroundFile = (dataDir: string): string => join(dataDir, 'logs', 'up.out');
/** The file before: two of 20 MB are kept. */
export const olderLogFile = (dataDir: string): string => `${logFile(dataDir)}.1`;
const LARGEST = 20_000_000;

const temporalLine = z.looseObject({ level: z.string(), msg: z.string(), ts: z.string().optional(), time: z.string().optional() });

/**
 * @param component who wrote it, for what does not say so itself
 * @param level of what is no log line at all: a stack trace, a library's print
 */
export function asLine(text: string, component: string, level: Level, now: Date): Line {
  const plain: Line = { timestamp: now.toISOString(), component, run_id: null, level, message: text };
  if (!text.startsWith('{')) return plain;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return plain;
  }
  const ours = lineSchema.safeParse(value);
  if (ours.success) return ours.data;
  const temporal = temporalLine.safeParse(value);
  if (!temporal.success) return plain;
  const { level: said, msg, ts, time, ...metadata } = temporal.data;
  const at = new Date(ts ?? time ?? now);
  return {
    timestamp: (Number.isNaN(at.getTime()) ? now : at).toISOString(),
    component,
    run_id: null,
    level: lineSchema.shape.level.safeParse(said).data ?? 'error',
    message: msg,
    metadata,
  };
}

const TEMPORALS = ['temporal', 'temporal-sdk'];

/** While the stack is ended as planned, Temporal's server and its SDK complain that the other one leaves: nothing that anybody should look into. */
export const whileEnding = (line: Line): Line => (TEMPORALS.includes(line.component) ? { ...line, level: 'debug' } : line);

/** Appends lines to the log file; at 20 MB it becomes the older one. Synchronous: few lines, and none is lost when the process is killed. */
export function createLineStore(dataDir: string): (line: Line) => void {
  const file = logFile(dataDir);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return (line) => {
    const text = `${JSON.stringify(line)}\n`;
    if (bytes > LARGEST) {
      renameSync(file, olderLogFile(dataDir));
      bytes = 0;
    }
    appendFileSync(file, text);
    bytes += text.length;
  };
}
