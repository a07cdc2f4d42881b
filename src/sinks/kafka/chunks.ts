/** Batches cut into produce requests: for each partition, events in their order, within the limits of a record batch. */
import { SinkError, type Batch, type PartAddress } from '../sink';
import { DUE_HEADER, eventId, Headers, ID_HEADER } from './headers';
import { partitionOf } from './murmur2';
import { sliceOf, type RecordBatch, type Slice } from './record-batch';

/**
 * Of a partition in one request. As many bytes as Java's producer is usually tuned to, so that while brokers write one request the next is made;
 * larger ones are no faster, and a broker holds them in memory.
 */
const MOST_EVENTS = 5_000;
const MOST_BYTES = 250_000;
/** Of a record beyond its key, value and headers, and of the batch around it: at most. */
const AROUND_RECORD = 32;
const AROUND_BATCH = 61;

/** Events of one partition that go into one record batch. */
export interface Chunk {
  readonly partition: number;
  count: number;
  bytes: number;
  firstMs: number;
}

/** At most one chunk a partition. Event `k` of the request is number `events[k]` of the batch `batches[k]` and goes into `chunks[places[k]]`. */
export interface Request {
  readonly chunks: Chunk[];
  readonly batches: number[];
  readonly events: number[];
  readonly places: number[];
}

/** A message as kafkajs takes it. */
export interface Message {
  key: Buffer | null;
  value: Buffer;
  timestamp: string;
  headers: Record<string, string>;
}

/** A batch, and what is made once for all of its events: the slices go from one to the next, as new ones would be garbage by the million. */
interface Source {
  readonly batch: Batch;
  readonly headers: Headers;
  readonly key: Slice;
  readonly value: Slice;
}

export class Chunks {
  readonly requests: Request[] = [];
  private readonly sources: readonly Source[];
  /** By partition: the chunk in hand, its request and its place in that. */
  private readonly open = new Map<number, { chunk: Chunk; request: number; place: number }>();

  /**
   * @param partitions as when the run began
   * @param most largest record batch that the topic takes, bytes
   * @param compressed then only a broker knows what is too large
   * @throws SinkError for an event that is larger: before anything is sent
   */
  constructor(
    private readonly part: PartAddress,
    batches: readonly Batch[],
    partitions: number,
    private readonly most: number,
    private readonly compressed = false,
  ) {
    this.sources = batches.map((batch) => ({
      batch,
      headers: new Headers(part, batch),
      key: sliceOf(batch.keys),
      value: sliceOf(batch.bytes),
    }));
    this.sources.forEach((source, b) => {
      const { key } = source;
      for (let i = 0; i < source.batch.count; i++) {
        goTo(source, i);
        this.add(partitionOf(key.bytes, key.from, key.until, partitions), source, b, i);
      }
    });
  }

  /** All partitions that get something. */
  get partitions(): { partition: number }[] {
    return (this.requests[0]?.chunks ?? []).map(({ partition }) => ({ partition }));
  }

  /**
   * Writes the records of a request, in the order of the events: memory is read from one end to the other, in half the time of one chunk after the other.
   * @param into one for each chunk, in their order
   */
  write({ chunks, batches, events, places }: Request, into: readonly RecordBatch[]): void {
    chunks.forEach(({ firstMs }, place) => into[place]?.begin(firstMs));
    for (let k = 0; k < events.length; k++) {
      const source = this.sources[batches[k] ?? 0];
      const records = into[places[k] ?? 0];
      if (source === undefined || records === undefined) throw new Error(`there is no place for event ${String(k)} of a request`);
      const i = events[k] ?? 0;
      goTo(source, i);
      const { key, value, headers, batch } = source;
      records.add(batch.timesMs[i] ?? 0, key.until === key.from ? null : key, value, headers.of(i));
    }
  }

  /** The records of one chunk, for kafkajs's own encoder. */
  messages({ batches, events, places }: Request, place: number): Message[] {
    return events.flatMap((i, k) => {
      const source = this.sources[batches[k] ?? 0];
      if (source === undefined || places[k] !== place) return [];
      goTo(source, i);
      const { key, value, batch } = source;
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

  private add(partition: number, { batch, headers, key, value }: Source, b: number, i: number): void {
    const bytes = key.until - key.from + value.until - value.from + headers.most + AROUND_RECORD;
    if (!this.compressed && bytes + AROUND_BATCH > this.most)
      throw tooLarge(eventId(this.part, batch.number, i), value.until - value.from, this.most);
    const timeMs = batch.timesMs[i] ?? 0;
    let open = this.open.get(partition);
    if (open === undefined || open.chunk.count >= MOST_EVENTS || open.chunk.bytes + bytes > Math.min(MOST_BYTES, this.most)) {
      const number = (open?.request ?? -1) + 1;
      const { chunks } = this.request(number);
      const chunk = { partition, count: 0, bytes: AROUND_BATCH, firstMs: timeMs };
      open = { chunk, request: number, place: chunks.push(chunk) - 1 };
      this.open.set(partition, open);
    }
    const { chunk } = open;
    chunk.count++;
    chunk.bytes += bytes;
    if (timeMs < chunk.firstMs) chunk.firstMs = timeMs;
    const request = this.request(open.request);
    request.batches.push(b);
    request.events.push(i);
    request.places.push(open.place);
  }

  private request(number: number): Request {
    return (this.requests[number] ??= { chunks: [], batches: [], events: [], places: [] });
  }
}

/** Moves the source's slices to event `i`; its value is without the newline. */
function goTo({ batch: { ends, keyEnds }, key, value }: Source, i: number): void {
  key.from = i === 0 ? 0 : (keyEnds[i - 1] ?? 0);
  key.until = keyEnds[i] ?? 0;
  value.from = i === 0 ? 0 : (ends[i - 1] ?? 0);
  value.until = (ends[i] ?? 1) - 1;
}

const tooLarge = (event: string, bytes: number, most: number): SinkError =>
  new SinkError(
    `event ${event} has ${String(bytes)} bytes, and the topic takes ${String(most)} with key and headers: raise its max.message.bytes, then resume the job`,
    false,
  );
