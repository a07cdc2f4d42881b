/** The headers of every record: `evergen-id`, which names the event and so the run that it belongs to, `evergen-due`, and the scenario's own. */
import type { Batch, PartAddress } from '../sink';
import type { Slice } from './record-batch';

export const ID_HEADER = 'evergen-id';
export const DUE_HEADER = 'evergen-due';

/** `job/run/stream/batch/i`. */
export const eventId = ({ job, run, stream }: PartAddress, batch: number, i: number): string => `${job}/${run}/${stream}/${batch}/${i}`;

const OWN_BYTES = 256;

/** As the record's headers, encoded: all that stays the same within a batch is encoded once. */
export class Headers {
  private readonly bytes = Buffer.allocUnsafe(1024);
  private readonly before: Buffer;
  private readonly id: Buffer;
  private readonly after: Buffer;

  private readonly own: Batch['headers'];

  constructor(part: PartAddress, { number, dueUs, headers }: Pick<Batch, 'number' | 'dueUs' | 'headers'>) {
    this.own = headers;
    this.before = Buffer.concat([varint(2), text(ID_HEADER)]);
    this.id = Buffer.from(eventId(part, number, 0).slice(0, -1));
    this.after = Buffer.concat([text(DUE_HEADER), text(new Date(Math.floor(dueUs / 1000)).toISOString())]);
    this.before.copy(this.bytes);
  }

  /** Bytes of the headers of any event, at most; a scenario's own are short. */
  get most(): number {
    return this.before.length + this.id.length + this.after.length + 8 + (this.own === undefined ? 0 : OWN_BYTES);
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
    if (this.own === undefined) return { bytes, from: 0, until: at };
    const own = Object.entries(this.own(i)).map(([name, value]) => Buffer.concat([text(name), text(value)]));
    const all = Buffer.concat([varint(2 + own.length), bytes.subarray(1, at), ...own]);
    return { bytes: all, from: 0, until: all.length };
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
