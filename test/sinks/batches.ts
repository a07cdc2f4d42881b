/** Batches as the tests need them: their bytes follow from stream and number alone. */
import { afterBatch, noTotals, type Totals } from '../../workflows/ledger';
import type { Batch, PartAddress } from '../../src/sinks/sink';

/** Number of events of a batch: every fifth batch is empty. */
const eventsOf = (number: number): number => (number * 7) % 5;

function batch(stream: string, number: number): Batch {
  const lines = Array.from({ length: eventsOf(number) }, (_, i) => `{"stream":"${stream}","batch":${number},"event":${i},"text":"é"}\n`);
  const keys = lines.map((_, i) => `${number}/${i}`);
  return {
    number,
    dueUs: 1_767_225_600_000_000 + number * 100_000,
    count: lines.length,
    bytes: Buffer.from(lines.join('')),
    ends: Uint32Array.from(ends(lines)),
    keys: Buffer.from(keys.join('')),
    keyEnds: Uint32Array.from(ends(keys)),
    timesMs: Float64Array.from(lines, (_, i) => 1_767_225_600_000 + number * 100 + i),
    corrupted: 0,
    ledger: Buffer.alloc(0),
  };
}

function ends(texts: readonly string[]): number[] {
  let end = 0;
  return texts.map((text) => (end += Buffer.byteLength(text)));
}

/** The first `count` batches of a part. */
export function batchesOf(part: PartAddress, count: number): Batch[] {
  return Array.from({ length: count }, (_, i) => batch(part.stream, part.shard + i * part.shards));
}

/** Cuts a list into consecutive groups of the given sizes, again and again. */
export function grouped<T>(all: readonly T[], sizes: readonly number[]): T[][] {
  const groups: T[][] = [];
  for (let at = 0, i = 0; at < all.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    groups.push(all.slice(at, at + size));
    at += size;
  }
  return groups;
}

export const bytesOf = (batches: readonly Batch[]): string => batches.map(({ bytes }) => bytes.toString()).join('');

export const totalsOf = (batches: readonly Batch[], before: Totals = noTotals()): Totals =>
  batches.reduce(
    (totals, { count, corrupted, bytes }) => afterBatch(totals, { emitted: count, corrupted, bytes: bytes.length }, 1),
    before,
  );
