/** What must be in the partitions of a topic for one part of a run: the next event of each partition, made anew as records arrive. */
import { BatchBuffer } from '../fields/batch-buffer';
import type { Batch, PartAddress } from '../sinks/sink';
import { partitionOf } from '../sinks/kafka/murmur2';
import type { TopicRecord } from '../sinks/kafka/read';
import { make, type Generation } from '../spec/generation';
import { around, firstDifference } from './difference';

/** A batch with the partition of each of its events. */
interface Made {
  batch: Batch;
  partitions: Uint16Array;
}

interface Cursor {
  b: number;
  i: number;
}

/** Batches kept for the other partitions, which are read in turns and so are not far from each other. */
const KEPT_BYTES = 32 * 1024 * 1024;

export class TopicExpectation {
  events = 0;
  bytes = 0;
  missing = 0;
  repeated = 0;
  differing = 0;
  /** First difference in words. */
  first: string | null = null;
  /** One after the last batch of which anything was found. */
  beyond: number;
  private readonly cursors: Cursor[];
  private readonly made = new Map<number, Made>();
  private kept = 0;
  private readonly scratch = new BatchBuffer();

  /**
   * @param end the schedule's end
   * @param next first batch that is not committed
   * @param partitions over which keys were spread
   * @param repeats whether events may be there again: without transactions they may
   */
  constructor(
    private readonly generation: Generation,
    private readonly stream: number,
    private readonly part: PartAddress,
    private readonly topic: string,
    private readonly partitions: number,
    private readonly next: number,
    private readonly end: number,
    private readonly repeats: boolean,
  ) {
    this.beyond = part.shard;
    this.cursors = Array.from({ length: partitions }, () => ({ b: part.shard, i: 0 }));
  }

  /** A record with this part's header, the next one of its partition. */
  take(partition: number, record: TopicRecord, b: number, i: number): void {
    const where = `topic ${this.topic}, partition ${String(partition)}, offset ${String(record.offset)}`;
    const cursor = this.cursors[partition];
    if (cursor === undefined || b >= this.end || this.batch(b).partitions[i] !== partition) {
      this.differing++;
      this.note(`batch ${String(b)}, event ${String(i)} has no business there (${where})`);
      return;
    }
    if (b < cursor.b || (b === cursor.b && i < cursor.i)) {
      if (this.repeats) return;
      this.repeated++;
      this.note(`batch ${String(b)}, event ${String(i)} is there again, or after later ones (${where})`);
      return;
    }
    const passed = this.advance(partition, cursor, b, i);
    if (passed !== null) this.note(`${passed} is missing before batch ${String(b)}, event ${String(i)} (${where})`);
    cursor.i++;
    this.beyond = Math.max(this.beyond, b + this.part.shards);
    this.compare(record, b, i, where);
  }

  /** Called when all records have been read: what is committed must have come. */
  finish(): void {
    this.cursors.forEach((cursor, partition) => {
      const passed = this.advance(partition, cursor, Math.min(this.next, this.end), 0);
      if (passed !== null) this.note(`${passed} is missing at the end of topic ${this.topic}, partition ${String(partition)}`);
    });
  }

  private note(problem: string): void {
    this.first ??= problem;
  }

  /** Moves the cursor to (b, i); counts the events of its partition that it passes, and names the first. */
  private advance(partition: number, cursor: Cursor, b: number, i: number): string | null {
    let first: string | null = null;
    while (cursor.b < b || (cursor.b === b && cursor.i < i)) {
      const { batch, partitions } = this.batch(cursor.b);
      const until = cursor.b === b ? i : batch.count;
      for (; cursor.i < until; cursor.i++) {
        if (partitions[cursor.i] !== partition) continue;
        this.missing++;
        first ??= `batch ${String(cursor.b)}, event ${String(cursor.i)}`;
      }
      if (cursor.b === b) break;
      cursor.b += this.part.shards;
      cursor.i = 0;
    }
    return first;
  }

  private compare(record: TopicRecord, b: number, i: number, where: string): void {
    const { batch } = this.batch(b);
    const [value, key] = [valueOf(batch, i), keyOf(batch, i)];
    const found = record.value ?? Buffer.alloc(0);
    if (b < this.next) {
      this.events++;
      this.bytes += found.length + 1;
    }
    const due = new Date(Math.floor(batch.dueUs / 1000)).toISOString();
    const wrong = [
      ...(found.equals(value) ? [] : [differenceOf(value, found)]),
      ...((record.key ?? Buffer.alloc(0)).equals(key) ? [] : [`its key is ${String(record.key)}, not ${key.toString()}`]),
      ...(record.timeMs === batch.timesMs[i] ? [] : [`its timestamp is ${String(record.timeMs)}, not ${String(batch.timesMs[i])}`]),
      ...(record.due === due ? [] : [`its header evergen-due is ${String(record.due)}, not ${due}`]),
    ];
    if (wrong.length === 0) return;
    this.differing++;
    this.note(`batch ${String(b)}, event ${String(i)} (${where}): ${wrong.join('; ')}`);
  }

  private batch(b: number): Made {
    const known = this.made.get(b);
    if (known !== undefined) return known;
    const batch = copyOf(make(this.generation, this.stream, b, this.scratch));
    const partitions = new Uint16Array(batch.count);
    for (let i = 0; i < batch.count; i++) {
      const from = i === 0 ? 0 : (batch.keyEnds[i - 1] ?? 0);
      partitions[i] = partitionOf(batch.keys, from, batch.keyEnds[i] ?? 0, this.partitions);
    }
    const made = { batch, partitions };
    this.made.set(b, made);
    this.kept += sizeOf(batch);
    for (const [oldest, { batch: old }] of this.made) {
      if (this.kept <= KEPT_BYTES || oldest === b) break;
      this.made.delete(oldest);
      this.kept -= sizeOf(old);
    }
    return made;
  }
}

function differenceOf(expected: Buffer, found: Buffer): string {
  const at = firstDifference(expected, found);
  if (at >= found.length && found.length < expected.length) return `its value ends after ${String(found.length)} bytes`;
  return `its value differs at byte ${String(at)}: expected ${around(expected, at)}, found ${around(found, at)}`;
}

/** Its buffers are used again for the next one. */
const copyOf = (batch: Batch): Batch => ({
  ...batch,
  bytes: Buffer.from(batch.bytes),
  ends: batch.ends.slice(0, batch.count),
  keys: Buffer.from(batch.keys),
  keyEnds: batch.keyEnds.slice(0, batch.count),
  timesMs: batch.timesMs.slice(0, batch.count),
});

/** Bytes of memory, about. */
const sizeOf = ({ bytes, keys, count }: Batch): number => bytes.length + keys.length + 18 * count + 500;

const keyOf = ({ keys, keyEnds }: Batch, i: number): Buffer => keys.subarray(i === 0 ? 0 : (keyEnds[i - 1] ?? 0), keyEnds[i]);
/** Without the newline. */
const valueOf = ({ bytes, ends }: Batch, i: number): Buffer => bytes.subarray(i === 0 ? 0 : (ends[i - 1] ?? 0), (ends[i] ?? 1) - 1);
