/**
 * What the connector must remember over its own death: which run of the sink it writes, under which generation, and which Idempotency-Keys are in
 * which batch. Before a batch is committed its keys are noted here and synced; the sink then says, by how many batches it holds, whether they count.
 * So keys and events cannot disagree, whoever is killed when. Files of an hour, JSON lines; a last line that was torn was never synced, and its batch never begun.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A key and the body that it came with, as hashes: `abc…`, 22 and 11 characters. */
export interface Print {
  readonly key: string;
  readonly body: string;
}

export function printOf(key: string, body: string): Print {
  const hash = (text: string, length: number) => createHash('sha256').update(text).digest('base64url').slice(0, length);
  return { key: hash(`key:${key}`, 22), body: hash(`body:${body}`, 11) };
}

/** A batch that may or may not have been committed. */
export interface Note {
  readonly batch: number;
  readonly prints: readonly Print[];
}

const HOUR_MS = 3_600_000;
/** Promised are 24 hours: the youngest of a file's keys is an hour younger than the file. */
const KEPT_MS = 25 * HOUR_MS;
/** About 150 MB. More than so many in a day: the oldest are forgotten earlier. */
const MOST_KEYS = 1_000_000;
const KEY_CHARACTERS = 22;

const count = z.int().min(0);
const head = z.object({ place: z.string(), run: z.string(), generation: count });
const line = z.union([head, z.object({ batch: count, keys: z.array(z.string()) })]);
type Head = z.output<typeof head>;

interface Hour {
  readonly path: string;
  readonly fromMs: number;
  readonly keys: Map<string, string>;
}

export class Ledger {
  private readonly hours: Hour[] = [];
  private file: FileHandle | undefined;
  private current: Head | undefined;
  /** The last batch that was noted, and is not known to be committed. */
  private noted: Note | undefined;
  /** Only the sink knows whether it is. */
  private inDoubt = false;

  private constructor(
    private readonly folder: string,
    private readonly place: string,
    private readonly now: () => Date,
  ) {}

  /** @param place what is written to: a ledger of another sink, or of another topic, says nothing of this one */
  static async open(folder: string, place: string, now: () => Date): Promise<Ledger> {
    const ledger = new Ledger(folder, place, now);
    await mkdir(folder, { recursive: true });
    for (const name of (await readdir(folder)).sort()) await ledger.read(join(folder, name), name);
    return ledger;
  }

  /** The run that was written last, and the generation under which; undefined: none. */
  get head(): Readonly<Head> | undefined {
    return this.current;
  }

  /** Number of the batch of which only the sink knows whether it was committed. */
  get doubtful(): number | undefined {
    return this.inDoubt ? this.noted?.batch : undefined;
  }

  /** Whether only the sink knows if a key counts. */
  isDoubtful(key: string): boolean {
    return this.inDoubt && this.noted?.prints.some((print) => print.key === key) === true;
  }

  /** The body that a key has come with; undefined: the key is new. */
  find(key: string): string | undefined {
    for (const hour of this.hours) {
      const body = this.isOver(hour) ? undefined : hour.keys.get(key);
      if (body !== undefined) return body;
    }
    return undefined;
  }

  /** A run of which nothing is in doubt, or another generation of one. Synced. */
  async begin(run: string, generation: number): Promise<void> {
    const again = this.current?.run === run;
    const next = { place: this.place, run, generation };
    await this.turn(next);
    this.current = next;
    if (!again) this.clear();
  }

  /** Before the commit of a batch. Synced, except where it changes nothing. */
  async note(note: Note): Promise<void> {
    // A batch without keys after one that was not committed: what was noted under its number does not count any more.
    if (note.prints.length === 0 && this.noted?.batch !== note.batch) return;
    if (this.current === undefined) throw new Error('the ledger does not know the run yet');
    const latest = this.hours.at(-1);
    const full = latest === undefined || latest.keys.size >= MOST_KEYS / 10 || this.now().getTime() - latest.fromMs >= HOUR_MS;
    if (this.file === undefined || full) await this.turn(this.current);
    [this.noted, this.inDoubt] = [note, true];
    await this.append({ batch: note.batch, keys: note.prints.map(({ key, body }) => key + body) });
  }

  /** After the sink has said how many batches it holds: what was noted last counts from now on, or never. */
  settle(next: number): void {
    this.inDoubt = false;
    if (this.noted !== undefined && this.noted.batch < next) this.keep();
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private clear(): void {
    this.inDoubt = false;
    this.noted = undefined;
    for (const { keys } of this.hours) keys.clear();
  }

  private keep(): void {
    const keys = this.hours.at(-1)?.keys;
    for (const { key, body } of this.noted?.prints ?? []) keys?.set(key, body);
    this.noted = undefined;
  }

  /** A new file, which says whose it is, and the end of those that are over. A file that could not be begun is none: a full disk gets no more of them. */
  private async turn(whose: Head): Promise<void> {
    await this.close();
    // Files are read in the order of their names, whatever a clock that was set back says.
    const fromMs = Math.max(this.now().getTime(), (this.hours.at(-1)?.fromMs ?? 0) + 1);
    const path = join(this.folder, `${new Date(fromMs).toISOString().replaceAll(':', '')}.jsonl`);
    this.file = await open(path, 'a');
    this.hours.push({ path, fromMs, keys: new Map() });
    try {
      await this.append(whose);
      const folder = await open(this.folder, 'r');
      await folder.sync().finally(() => folder.close());
    } catch (failure) {
      this.hours.pop();
      await this.close();
      await rm(path, { force: true }).catch(() => undefined);
      throw failure;
    }
    await this.forget();
  }

  private async forget(): Promise<void> {
    let keys = this.hours.reduce((sum, hour) => sum + hour.keys.size, 0);
    for (let oldest = this.hours[0]; oldest !== undefined && this.hours.length > 1; oldest = this.hours[0]) {
      if (!this.isOver(oldest) && keys <= MOST_KEYS) break;
      keys -= oldest.keys.size;
      this.hours.shift();
      await rm(oldest.path, { force: true });
    }
  }

  private isOver = ({ fromMs }: Hour): boolean => this.now().getTime() - fromMs > KEPT_MS;

  private async append(entry: object): Promise<void> {
    if (this.file === undefined) throw new Error('the ledger is not open');
    try {
      await this.file.appendFile(`${JSON.stringify(entry)}\n`);
      await this.file.datasync();
    } catch (failure) {
      // What follows half a line could not be read.
      await this.close();
      throw failure;
    }
  }

  private async read(path: string, name: string): Promise<void> {
    const fromMs = Date.parse(name.replace(/^(.{13})(\d\d)(.*)\.jsonl$/, '$1:$2:$3'));
    if (Number.isNaN(fromMs)) return;
    this.hours.push({ path, fromMs, keys: new Map() });
    for (const entry of entriesIn(await readFile(path, 'utf8'))) {
      if ('batch' in entry) this.take(entry);
      else this.enter(entry);
    }
  }

  private enter(entry: Head): void {
    if (entry.place !== this.place || entry.run !== this.current?.run) this.clear();
    this.current = entry.place === this.place ? entry : undefined;
  }

  /** A later batch was only begun because the one before it was committed; the same one again, because it was not. */
  private take({ batch, keys }: { batch: number; keys: string[] }): void {
    if (this.current === undefined) return;
    if (this.noted !== undefined && this.noted.batch < batch) this.keep();
    this.noted = { batch, prints: keys.map((text) => ({ key: text.slice(0, KEY_CHARACTERS), body: text.slice(KEY_CHARACTERS) })) };
    this.inDoubt = true;
  }
}

function entriesIn(text: string): z.output<typeof line>[] {
  return text.split('\n').flatMap((one) => {
    try {
      return [line.parse(JSON.parse(one))];
    } catch {
      return [];
    }
  });
}
