/** Batches cut into what one produce request carries: for each partition, events in their order, within the limits of a record batch. */
import { SinkError, type Batch, type PartAddress } from '../sink';
import { DUE_HEADER, eventId, Headers, ID_HEADER } from './headers';
import { partitionOf } from './murmur2';
import type { RecordBatch, Slice } from './record-batch';

/** Larger requests are no faster, and a broker holds them in memory. */
const MOST_EVENTS = 5_000;
const MOST_BYTES = 800_000;
/** Of a record beyond its key, value and headers, and of the batch around it: at most. */
const AROUND_RECORD = 32;
const AROUND_BATCH = 61;

/** Events of one partition that go into one record batch. Event `k` is number `events[k]` of the batch `batches[k]`. */
export interface Chunk {
  readonly partition: number;
  readonly batches: number[];
  readonly events: number[];
  bytes: number;
  firstMs: number;
}

/** A message as kafkajs takes it. */
export interface Message {
  key: Buffer | null;
  value: Buffer;
  timestamp: string;
  headers: Record<string, string>;
}

export class Chunks {
  /** One list a request: at most one chunk a partition. */
  readonly requests: Chunk[][] = [];
  private readonly headers: Headers[];
  /** By partition: the chunk in hand, and how many requests it has used. */
  private readonly open = new Map<number, { chunk: Chunk; request: number }>();

  /**
   * @param partitions as when the run began
   * @param most largest record batch that the topic takes, bytes
   * @param compressed then only a broker knows what is too large
   * @throws SinkError for an event that is larger: before anything is sent
   */
  constructor(
    private readonly part: PartAddress,
    private readonly batches: readonly Batch[],
    partitions: number,
    private readonly most: number,
    private readonly compressed = false,
  ) {
    this.headers = batches.map((batch) => new Headers(part, batch));
    const key = nothing();
    batches.forEach((batch, b) => {
      for (let i = 0; i < batch.count; i++) {
        toKey(key, batch, i);
        this.add(partitionOf(key.bytes, key.from, key.until, partitions), batch, b, i);
      }
    });
  }

  /** All partitions that get something. */
  get partitions(): { partition: number }[] {
    return (this.requests[0] ?? []).map(({ partition }) => ({ partition }));
  }

  /** Writes the chunk's records. */
  write(chunk: Chunk, into: RecordBatch): void {
    into.begin(chunk.firstMs);
    const [key, value] = [nothing(), nothing()];
    for (let k = 0; k < chunk.events.length; k++) {
      const b = chunk.batches[k] ?? 0;
      const i = chunk.events[k] ?? 0;
      const batch = this.batches[b];
      const headers = this.headers[b];
      if (batch === undefined || headers === undefined) throw new Error(`there is no batch ${String(b)}`);
      toKey(key, batch, i);
      toValue(value, batch, i);
      into.add(batch.timesMs[i] ?? 0, key.until === key.from ? null : key, value, headers.of(i));
    }
  }

  /** The same for kafkajs's own encoder. */
  messages({ batches, events }: Chunk): Message[] {
    return events.flatMap((i, k) => {
      const batch = this.batches[batches[k] ?? 0];
      if (batch === undefined) return [];
      const [key, value] = [nothing(), nothing()];
      toKey(key, batch, i);
      toValue(value, batch, i);
      return {
        key: key.until === key.from ? null : key.bytes.subarray(key.from, key.until),
        value: value.bytes.subarray(value.from, value.until),
        timestamp: String(batch.timesMs[i] ?? 0),
        headers: {
          [ID_HEADER]: eventId(this.part, batch.number, i),
          [DUE_HEADER]: new Date(Math.floor(batch.dueUs / 1000)).toISOString(),
          ...batch.headers?.(i),
        },
      };
    });
  }

  private add(partition: number, batch: Batch, b: number, i: number): void {
    const valueBytes = (batch.ends[i] ?? 1) - 1 - (i === 0 ? 0 : (batch.ends[i - 1] ?? 0));
    const keyBytes = (batch.keyEnds[i] ?? 0) - (i === 0 ? 0 : (batch.keyEnds[i - 1] ?? 0));
    const bytes = keyBytes + valueBytes + (this.headers[b]?.most ?? 0) + AROUND_RECORD;
    if (!this.compressed && bytes + AROUND_BATCH > this.most) throw tooLarge(eventId(this.part, batch.number, i), valueBytes, this.most);
    const timeMs = batch.timesMs[i] ?? 0;
    let open = this.open.get(partition);
    if (open === undefined || open.chunk.events.length >= MOST_EVENTS || open.chunk.bytes + bytes > Math.min(MOST_BYTES, this.most)) {
      open = { chunk: { partition, batches: [], events: [], bytes: AROUND_BATCH, firstMs: timeMs }, request: (open?.request ?? -1) + 1 };
      this.open.set(partition, open);
      (this.requests[open.request] ??= []).push(open.chunk);
    }
    const { chunk } = open;
    chunk.batches.push(b);
    chunk.events.push(i);
    chunk.bytes += bytes;
    if (timeMs < chunk.firstMs) chunk.firstMs = timeMs;
  }
}

/** A slice that goes from event to event: one object an event would be garbage by the million. */
type Moving = { -readonly [K in keyof Slice]: Slice[K] };

const NOTHING = Buffer.alloc(0);
const nothing = (): Moving => ({ bytes: NOTHING, from: 0, until: 0 });

function toKey(slice: Moving, { keys, keyEnds }: Batch, i: number): void {
  slice.bytes = keys;
  slice.from = i === 0 ? 0 : (keyEnds[i - 1] ?? 0);
  slice.until = keyEnds[i] ?? 0;
}

/** Without the newline. */
function toValue(slice: Moving, { bytes, ends }: Batch, i: number): void {
  slice.bytes = bytes;
  slice.from = i === 0 ? 0 : (ends[i - 1] ?? 0);
  slice.until = (ends[i] ?? 1) - 1;
}

const tooLarge = (event: string, bytes: number, most: number): SinkError =>
  new SinkError(
    `event ${event} has ${String(bytes)} bytes, and the topic takes ${String(most)} with key and headers: raise its max.message.bytes, then resume the job`,
    false,
  );
