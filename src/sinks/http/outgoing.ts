/** Batches as requests: one an event, or one for some of a batch's events in a row. Which events share one does not depend on how batches are grouped. */
import type { Batch, PartAddress } from '../sink';

export interface Outgoing {
  readonly part: PartAddress;
  readonly batch: Batch;
  /** First event within the batch, and how many there are. */
  readonly first: number;
  readonly count: number;
  /** `<job>/<run>/<stream>/<batch>/<i>`, of an array `…/<first>-<last>`: the same whenever and by whomever it is sent. */
  readonly key: string;
  /** Names and values by turns. */
  readonly headers: string[];
  readonly body: Uint8Array;
  /** When to send it, wall ms. */
  readonly atMs: number;
}

/** @param common headers of every request, names and values by turns */
export function outgoingOf(part: PartAddress, batches: readonly Batch[], common: readonly string[], array: number | undefined): Outgoing[] {
  const prefix = `${part.job}/${part.run}/${part.stream}`;
  return batches.flatMap((batch) => {
    const requests: Outgoing[] = [];
    for (let first = 0; first < batch.count; first += array ?? 1) {
      const count = Math.min(array ?? 1, batch.count - first);
      const key = `${prefix}/${String(batch.number)}/${String(first)}${array === undefined ? '' : `-${String(first + count - 1)}`}`;
      const headers = [...common, 'idempotency-key', key];
      for (const [name, value] of Object.entries(array === undefined ? (batch.headers?.(first) ?? {}) : {})) headers.push(name, value);
      const body = array === undefined ? eventOf(batch, first) : arrayOf(batch, first, count);
      requests.push({ part, batch, first, count, key, headers, body, atMs: atMs(batch, first) });
    }
    return requests;
  });
}

/** The event's own time, which evens out a batch that is a window of time; a corrupted one may lie in the future. */
const atMs = ({ timesMs, dueUs }: Batch, i: number): number => Math.min(timesMs[i] ?? 0, dueUs / 1000);

/** Event `i` without its newline. */
export const eventOf = ({ bytes, ends }: Batch, i: number): Buffer => bytes.subarray(i === 0 ? 0 : (ends[i - 1] ?? 0), (ends[i] ?? 1) - 1);

const COMMA = 44;

function arrayOf(batch: Batch, first: number, count: number): Buffer {
  const start = first === 0 ? 0 : (batch.ends[first - 1] ?? 0);
  const end = (batch.ends[first + count - 1] ?? 1) - 1;
  const body = Buffer.allocUnsafe(end - start + 2);
  body.write('[', 0);
  batch.bytes.copy(body, 1, start, end);
  for (let i = first; i < first + count - 1; i++) body[(batch.ends[i] ?? 0) - start] = COMMA;
  body.write(']', body.length - 1);
  return body;
}
