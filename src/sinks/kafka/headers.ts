/** The headers of every record: `evergen-id`, which names the event and so the run that it belongs to, `evergen-due`, and the scenario's own. */
import type { Batch, PartAddress } from '../sink';
import { sliceOf, type Slice } from './record-batch';

export const ID_HEADER = 'evergen-id';
export const DUE_HEADER = 'evergen-due';

/** `job/run/stream/batch/i`. */
export const eventId = ({ job, run, stream }: PartAddress, batch: number, i: number): string => `${job}/${run}/${stream}/${batch}/${i}`;

const OWN_BYTES = 256;

/** As the record's headers, encoded: all that stays the same within a batch is encoded once, and of one event after the other only the digits change. */
export class Headers {
  private readonly slice = sliceOf(Buffer.allocUnsafe(1024));
  private readonly before: Buffer;
  private readonly id: Buffer;
  private readonly after: Buffer;
  /** Of the number that is written at `digitsAt`; the rest of `slice` fits it. */
  private digits = 0;
  private digitsAt = 0;

  private readonly own: Batch['headers'];

  constructor(part: PartAddress, { number, dueUs, headers }: Pick<Batch, 'number' | 'dueUs' | 'headers'>) {
    this.own = headers;
    this.before = Buffer.concat([varint(2), text(ID_HEADER)]);
    this.id = Buffer.from(eventId(part, number, 0).slice(0, -1));
    this.after = Buffer.concat([text(DUE_HEADER), text(new Date(Math.floor(dueUs / 1000)).toISOString())]);
  }

  /** Bytes of the headers of any event, at most; a scenario's own are short. */
  get most(): number {
    return this.before.length + this.id.length + this.after.length + 8 + (this.own === undefined ? 0 : OWN_BYTES);
  }

  /** Those of event `i`; valid until the next call. */
  of(i: number): Slice {
    const { slice } = this;
    const digits = i < 10 ? 1 : i < 100 ? 2 : i < 1_000 ? 3 : i < 10_000 ? 4 : String(i).length;
    if (digits !== this.digits) this.layOut(digits);
    for (let at = this.digitsAt + digits - 1, left = i; at >= this.digitsAt; at--) {
      const tens = (left / 10) | 0;
      slice.bytes[at] = 48 + left - tens * 10;
      left = tens;
    }
    return this.own === undefined ? slice : this.withOwn(this.own(i));
  }

  private layOut(digits: number): void {
    const { slice, before, id, after } = this;
    const all = Buffer.concat([before, varint(id.length + digits), id, Buffer.alloc(digits), after]);
    slice.until = all.copy(slice.bytes);
    this.digitsAt = slice.until - after.length - digits;
    this.digits = digits;
  }

  private withOwn(headers: Readonly<Record<string, string>>): Slice {
    const own = Object.entries(headers).map(([name, value]) => Buffer.concat([text(name), text(value)]));
    return sliceOf(Buffer.concat([varint(2 + own.length), this.slice.bytes.subarray(1, this.slice.until), ...own]));
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value * 2; ; left >>>= 7) {
    if (left <= 127) return Buffer.from([...bytes, left]);
    bytes.push((left & 127) | 128);
  }
}

const text = (value: string): Buffer => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
