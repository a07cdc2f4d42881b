/** What a receiver has taken: a number a key, and with a file also what it was, so that a killed receiver knows its keys again. */
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export interface Taken {
  sequenceNumber: number;
  /** The key was here before: this is its number, and nothing was kept. */
  duplicate: boolean;
}

/** One line of the file. */
const line = z.object({ sequenceNumber: z.int().min(1), key: z.string().nullable() });

interface Waiting {
  text: string;
  kept: () => void;
  failed: (error: unknown) => void;
}

export class Book {
  private last = 0;
  private readonly numbers = new Map<string, { sequenceNumber: number; kept: Promise<void> }>();
  private waiting: Waiting[] = [];
  private writing = false;

  private constructor(private readonly file: FileHandle | null) {}

  /** @param path null: in memory only. Of a file that was written to when its receiver was killed, a last line without an end is cut off. */
  static async open(path: string | null): Promise<Book> {
    if (path === null) return new Book(null);
    const file = await open(path, 'a+');
    const book = new Book(file);
    try {
      await book.read(path);
    } catch (error) {
      await file.close();
      throw error;
    }
    return book;
  }

  /** How many were taken, duplicates not counted. */
  get count(): number {
    return this.last;
  }

  /**
   * Resolves when it is kept: what was answered is there after a kill of this process.
   * @param key null: nothing is known again
   * @param rest more of the line, as JSON without its brace: `"event":{}`
   */
  async take(key: string | null, rest: string): Promise<Taken> {
    const known = key === null ? undefined : this.numbers.get(key);
    if (known !== undefined) {
      await known.kept;
      return { sequenceNumber: known.sequenceNumber, duplicate: true };
    }
    const sequenceNumber = ++this.last;
    const kept = this.keep(`{"sequenceNumber":${String(sequenceNumber)},"key":${JSON.stringify(key)},${rest}}\n`);
    if (key !== null) this.numbers.set(key, { sequenceNumber, kept });
    await kept;
    return { sequenceNumber, duplicate: false };
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private keep(text: string): Promise<void> {
    if (this.file === null) return DONE;
    return new Promise((kept, failed) => {
      this.waiting.push({ text, kept, failed });
      if (!this.writing) void this.write(this.file);
    });
  }

  /** All that has come while the last write was under way, in one. */
  private async write(file: FileHandle | null): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const some = this.waiting;
      this.waiting = [];
      try {
        await file?.appendFile(some.map(({ text }) => text).join(''));
        for (const { kept } of some) kept();
      } catch (error) {
        for (const { failed } of some) failed(error);
      }
    }
    this.writing = false;
  }

  private async read(path: string): Promise<void> {
    let [whole, number] = [0, 0];
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      number++;
      const parsed = parse(text);
      if (parsed === null) {
        // Only a kill leaves half a line, and only at the end: anything else is not a file of ours.
        if (whole + Buffer.byteLength(text) < (await this.size()))
          throw new NotABook(`line ${String(number)} of ${path} is not of a receiver`);
        await this.file?.truncate(whole);
        return;
      }
      whole += Buffer.byteLength(text) + 1;
      this.last = Math.max(this.last, parsed.sequenceNumber);
      if (parsed.key !== null) this.numbers.set(parsed.key, { sequenceNumber: parsed.sequenceNumber, kept: DONE });
    }
    if (whole > (await this.size())) await this.file?.appendFile('\n');
  }

  private async size(): Promise<number> {
    return (await this.file?.stat())?.size ?? 0;
  }
}

export class NotABook extends Error {}

const DONE = Promise.resolve();

function parse(text: string): z.infer<typeof line> | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
