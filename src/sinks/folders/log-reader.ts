/** Questions about the log of a place of batch folders, over all its days. */
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LOG_NAME, logLevels, type LogEntry, type LogLevel } from './log-file';
import { LogScan } from './log-scan';

const DATE = /^\d{4}-\d\d-\d\d$/;

const entry = z.object({
  timestamp: z.string(),
  component: z.string(),
  run_id: z.string().nullable(),
  level: z.enum(logLevels),
  message: z.string(),
  metadata: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<LogEntry>;

/** Keeps what it has read: the first question costs a reading of the files, about a second a gigabyte, every later one what was added since. */
export class LogReader {
  private readonly scans = new Map<string, LogScan>();
  private asking: Promise<unknown> = Promise.resolve();

  /** @param folder of the dates' folders: `manifests/logs` */
  constructor(private readonly folder: string) {}

  /**
   * @param level that level or worse
   * @param limit 1 … 1000
   * @returns the newest entries, newest last, and how many there are in all
   */
  query({ limit, level }: { limit: number; level: LogLevel }): Promise<{ entries: LogEntry[]; total: number }> {
    const answer = this.asking.then(() => this.ask(limit, level));
    this.asking = answer.catch(() => undefined);
    return answer;
  }

  private async ask(limit: number, level: LogLevel): Promise<{ entries: LogEntry[]; total: number }> {
    const scans = await this.refreshed();
    const lines: string[] = [];
    for (const scan of [...scans].reverse()) {
      if (lines.length >= limit) break;
      lines.unshift(...(await scan.lines(level, limit - lines.length)));
    }
    return { entries: lines.flatMap(parsed), total: scans.reduce((sum, scan) => sum + scan.total(level), 0) };
  }

  /** By date. */
  private async refreshed(): Promise<LogScan[]> {
    const dates = (await fs.readdir(this.folder).catch(() => [])).filter((name) => DATE.test(name)).sort();
    const scans: LogScan[] = [];
    for (const date of dates) {
      const scan = this.scans.get(date) ?? new LogScan(join(this.folder, date, LOG_NAME));
      // A day whose file was taken away says nothing any more.
      const there = await scan.refresh().then(
        () => true,
        () => false,
      );
      if (!there) this.scans.delete(date);
      else {
        this.scans.set(date, scan);
        scans.push(scan);
      }
    }
    return scans;
  }
}

function parsed(line: string): LogEntry[] {
  try {
    return [entry.parse(JSON.parse(line))];
  } catch {
    // Not one of ours: somebody has written into the file.
    return [];
  }
}
