/** What has come in since the last commit, as one batch of a sink. */
import type { BatchBuffer } from '../fields/batch-buffer';
import type { Batch } from '../sinks/sink';
import type { Line } from './published';

/** @param buffer is used again for each batch */
export function microBatch(lines: readonly Line[], number: number, now: Date, buffer: BatchBuffer): Batch {
  buffer.reset();
  for (const { key, timeMs, bytes } of lines) {
    buffer.ensure(bytes.length + 1);
    buffer.at += bytes.copy(buffer.bytes, buffer.at);
    buffer.keyText(key);
    buffer.endEvent(timeMs);
  }
  const { at, count, ends, keys, keysAt, keyEnds, timesMs } = buffer;
  return {
    number,
    dueUs: now.getTime() * 1000,
    count,
    bytes: buffer.bytes.subarray(0, at),
    ends,
    keys: keys.subarray(0, keysAt),
    keyEnds,
    timesMs,
    corrupted: 0,
    ledger: NO_ROWS,
  };
}

const NO_ROWS = Buffer.alloc(0);
