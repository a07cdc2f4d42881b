/** One log file by its lines' levels: how many there are, and where the last ones are. Goes on where it stopped, since such a file only grows. */
import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { logLevels, type LogLevel } from './log-file';

/** Most entries that anybody may ask for. */
const MOST_ENTRIES = 1000;

const CHUNK = 1024 * 1024;
/** What is known is written down after so many bytes, so that the next process need not read them again. */
const KEEP_AFTER = 16 * CHUNK;
const KEPT = '.generator.log.index.json';
const LEVEL_KEY = Buffer.from('"level":"');
const NEWLINE = 10;

const count = z.int().min(0);
const spots = z.array(z.tuple([count, count]));
const state = z.object({
  version: z.literal(1),
  inode: z.number(),
  /** Bytes read, up to the end of a line. */
  read: count,
  /** Lines of each level or worse. */
  counts: z.record(z.enum(logLevels), count),
  /** Offset and length of the last lines of each level or worse. */
  last: z.record(z.enum(logLevels), spots),
});
type State = z.infer<typeof state>;

const nothing = (inode: number): State => ({
  version: 1,
  inode,
  read: 0,
  counts: { debug: 0, info: 0, warn: 0, error: 0 },
  last: { debug: [], info: [], warn: [], error: [] },
});

export class LogScan {
  private known: State | null = null;
  private kept = 0;

  constructor(readonly path: string) {}

  /** Reads what has been added. */
  async refresh(): Promise<void> {
    const file = await fs.open(this.path, 'r');
    try {
      const { size, ino } = await file.stat();
      this.known ??= await this.recall();
      if (this.known?.inode !== ino || this.known.read > size) this.known = nothing(ino);
      const known = this.known;
      let buffer = Buffer.allocUnsafe(CHUNK);
      while (known.read < size) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, known.read);
        const used = take(known, buffer.subarray(0, bytesRead));
        if (used > 0) known.read += used;
        else if (bytesRead < buffer.length)
          break; // A line that is being written.
        else buffer = Buffer.allocUnsafe(buffer.length * 2);
      }
    } finally {
      await file.close();
    }
    if (this.known.read - this.kept >= KEEP_AFTER) await this.keep();
  }

  total(level: LogLevel): number {
    return this.known?.counts[level] ?? 0;
  }

  /** The last `limit` lines of that level or worse, oldest first. */
  async lines(level: LogLevel, limit: number): Promise<string[]> {
    const wanted = (this.known?.last[level] ?? []).slice(-limit);
    if (wanted.length === 0) return [];
    const file = await fs.open(this.path, 'r');
    try {
      const lines: string[] = [];
      for (const [offset, length] of wanted) lines.push((await file.read(Buffer.allocUnsafe(length), 0, length, offset)).buffer.toString());
      return lines;
    } finally {
      await file.close();
    }
  }

  private async recall(): Promise<State | null> {
    try {
      const kept = state.parse(JSON.parse(await fs.readFile(this.keptPath, 'utf8')));
      this.kept = kept.read;
      return kept;
    } catch {
      // None, or one of another version: then the file itself is read.
      return null;
    }
  }

  /** A read-only folder keeps nothing; that costs time, and nothing else. */
  private async keep(): Promise<void> {
    this.kept = this.known?.read ?? 0;
    const draft = `${this.keptPath}.${String(process.pid)}`;
    try {
      await fs.writeFile(draft, JSON.stringify(this.known));
      await fs.rename(draft, this.keptPath);
    } catch {
      await fs.rm(draft, { force: true }).catch(() => undefined);
    }
  }

  private get keptPath(): string {
    return join(dirname(this.path), KEPT);
  }
}

/** Counts the whole lines of a chunk; answers how many bytes they are. */
function take(known: State, chunk: Buffer): number {
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
    const line = chunk.subarray(start, end);
    const key = line.indexOf(LEVEL_KEY);
    // By its first letter: no two levels share one.
    const severity = key < 0 ? -1 : LETTERS.indexOf(line[key + LEVEL_KEY.length] ?? 0);
    for (let worse = 0; worse <= severity; worse++) {
      const level = logLevels[worse] ?? 'debug';
      known.counts[level]++;
      const last = known.last[level];
      last.push([known.read + start, end - start]);
      if (last.length >= 4 * MOST_ENTRIES) last.splice(0, last.length - MOST_ENTRIES);
    }
    start = end + 1;
  }
  return start;
}

const LETTERS = Buffer.from('diwe');
