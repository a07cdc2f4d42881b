/** `manifests/logs/<date>/generator.log.jsonl`: what the generator says, beside the data. Written behind everybody's back: a line may be lost, nobody waits for one. */
import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../disk/files';
import type { SinkLog } from '../sink';

export const LOG_NAME = 'generator.log.jsonl';
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogEntry {
  timestamp: string;
  component: string;
  run_id: string | null;
  level: LogLevel;
  message: string;
  metadata: Record<string, unknown>;
}

/** Lines that wait for a disk that hangs; what comes then is dropped. */
const MOST_WAITING = 10_000;

export class LogFile {
  private waiting: { date: string; line: string }[] = [];
  private writing: Promise<void> | null = null;

  /** @param folder of the dates' folders, absolute */
  constructor(private readonly folder: string) {}

  readonly append: SinkLog = ({ component, run, level, message, metadata }) => {
    if (this.waiting.length >= MOST_WAITING) return;
    const timestamp = new Date().toISOString();
    const entry: LogEntry = { timestamp, component, run_id: run, level, message, metadata };
    this.waiting.push({ date: timestamp.slice(0, 10), line: `${JSON.stringify(entry)}\n` });
    this.writing ??= this.write().finally(() => (this.writing = null));
  };

  /** Resolves when what was said is written, or was given up. Never throws. */
  async flush(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  private async write(): Promise<void> {
    for (let lines = this.waiting; lines.length > 0; lines = this.waiting) {
      this.waiting = [];
      for (const date of new Set(lines.map((line) => line.date))) {
        const text = lines.flatMap((line) => (line.date === date ? [line.line] : [])).join('');
        await appendTo(join(this.folder, date, LOG_NAME), text).catch(() => undefined);
      }
    }
  }
}

/** Opened for each append, so that a file that somebody deletes or moves away begins anew. */
async function appendTo(path: string, text: string): Promise<void> {
  try {
    await fs.appendFile(path, text);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await fs.mkdir(dirname(path), { recursive: true });
    await fs.appendFile(path, text);
  }
}
