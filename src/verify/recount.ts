/**
 * What is there, counted against what must be there: lines in their order on both sides. `verify` answers whether all is well and where the first
 * difference is; this answers how many events are lost, doubled, out of order or strange, from the lines that were read alone.
 */
import { createHash } from 'node:crypto';
import { BatchBuffer } from '../fields/batch-buffer';
import type { Batch } from '../sinks/sink';
import { make, type Generation } from '../spec/generation';

export interface Counted {
  /** Events that must be there, and lines that are. */
  expected: number;
  found: number;
  lost: number;
  duplicated: number;
  /** Present, but after a later one. */
  reordered: number;
  /** Lines that no event of the run accounts for: changed, cut short, or somebody else's. */
  foreign: number;
  /** Of all lines one after the other. */
  expectedSha256: string;
  foundSha256: string;
}

/** The batches of one part from its first to `end` (exclusive), made again. Each is valid until the next. */
export function* batchesOf(generation: Generation, stream: number, shard: number, shards: number, end: number): Generator<Batch, void> {
  const buffer = new BatchBuffer();
  for (let b = shard; b < end; b += shards) yield make(generation, stream, b, buffer);
}

/** The events of a batch as lines, newline included; valid as long as the batch. */
export function* linesOf({ bytes, ends, count }: Batch): Generator<Buffer, void> {
  for (let i = 0; i < count; i++) yield bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i]);
}

export class Recount {
  private readonly wanted: Iterator<Buffer>;
  private readonly wantedHash = createHash('sha256');
  private readonly foundHash = createHash('sha256');
  private expected = 0;
  private found = 0;
  /** What was read from the first difference on; null: no difference yet. */
  private rest: string[] | null = null;
  private same = 0;

  /** @param make the lines that must be there, anew at each call; called once more where there is a difference */
  constructor(private readonly make: () => Iterable<Buffer>) {
    this.wanted = make()[Symbol.iterator]();
  }

  /** The next line that is there. */
  take(line: Buffer): void {
    this.found++;
    this.foundHash.update(line);
    if (this.rest === null) {
      const next = this.next();
      if (next?.equals(line) === true) {
        this.same++;
        return;
      }
      this.rest = [];
    }
    this.rest.push(nameOf(line));
  }

  /** Nothing follows. */
  end(): Counted {
    while (this.next() !== undefined);
    const counts =
      this.rest === null ? { lost: this.expected - this.same, duplicated: 0, reordered: 0, foreign: 0 } : this.compare(this.rest);
    const [expectedSha256, foundSha256] = [this.wantedHash.digest('hex'), this.foundHash.digest('hex')];
    return { expected: this.expected, found: this.found, ...counts, expectedSha256, foundSha256 };
  }

  private next(): Buffer | undefined {
    const { value, done } = this.wanted.next();
    if (done === true) return undefined;
    this.expected++;
    this.wantedHash.update(value as Buffer);
    return value as Buffer;
  }

  /** Equal lines stand for each other in their order: quality injection makes some on purpose. */
  private compare(rest: readonly string[]): Pick<Counted, 'lost' | 'duplicated' | 'reordered' | 'foreign'> {
    const places = new Map<string, { at: number[]; used: number }>();
    let at = 0;
    for (const line of this.make()) {
      const name = nameOf(line);
      const place = places.get(name) ?? { at: [], used: 0 };
      place.at.push(at);
      if (at < this.same) place.used++;
      places.set(name, place);
      at++;
    }
    const counts = { lost: 0, duplicated: 0, reordered: 0, foreign: 0 };
    let last = this.same - 1;
    let used = this.same;
    for (const name of rest) {
      const place = places.get(name);
      const here = place?.at[place.used];
      if (place === undefined) counts.foreign++;
      else if (here === undefined) counts.duplicated++;
      else {
        place.used++;
        used++;
        if (here < last) counts.reordered++;
        last = Math.max(last, here);
      }
    }
    return { ...counts, lost: this.expected - used };
  }
}

/** Short, and equal for equal lines alone. */
const nameOf = (line: Buffer): string => createHash('sha256').update(line).digest('base64').slice(0, 24);

/** Lines out of chunks, newline included; what follows the last newline is a line, too. */
export async function* linesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let left = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = left.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([left, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      yield bytes.subarray(from, end + 1);
      from = end + 1;
    }
    // A copy: streams may use their buffers again.
    left = Buffer.from(bytes.subarray(from));
  }
  if (left.length > 0) yield left;
}

const NEWLINE = 10;
