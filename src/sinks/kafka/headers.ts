/** The headers of every record: `evergen-id`, which names the event and so the run that it belongs to, and `evergen-due`. */
import type { Batch, PartAddress } from '../sink';
import type { Slice } from './record-batch';

export const ID_HEADER = 'evergen-id';
export const DUE_HEADER = 'evergen-due';

/** `job/run/stream/batch/i`. */
export const eventId = ({ job, run, stream }: PartAddress, batch: number, i: number): string => `${job}/${run}/${stream}/${batch}/${i}`;

/** As the record's headers, encoded: all that stays the same within a batch is encoded once. */
export class Headers {
  private readonly bytes = Buffer.allocUnsafe(1024);
  private readonly before: Buffer;
  private readonly id: Buffer;
  private readonly after: Buffer;

  constructor(part: PartAddress, { number, dueUs }: Pick<Batch, 'number' | 'dueUs'>) {
    this.before = Buffer.concat([varint(2), text(ID_HEADER)]);
    this.id = Buffer.from(eventId(part, number, 0).slice(0, -1));
    this.after = Buffer.concat([text(DUE_HEADER), text(new Date(Math.floor(dueUs / 1000)).toISOString())]);
    this.before.copy(this.bytes);
  }

  /** Bytes of the headers of any event, at most. */
  get most(): number {
    return this.before.length + this.id.length + this.after.length + 8;
  }

  /** Those of event `i`; valid until the next call. */
  of(i: number): Slice {
    const { bytes, before, id, after } = this;
    const number = String(i);
    let at = before.length;
    for (let left = (id.length + number.length) * 2; ; left >>>= 7) {
      bytes[at++] = left > 127 ? (left & 127) | 128 : left;
      if (left <= 127) break;
    }
    at += id.copy(bytes, at);
    at += bytes.write(number, at, 'latin1');
    at += after.copy(bytes, at);
    return { bytes, from: 0, until: at };
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
