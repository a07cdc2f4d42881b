/** The hash by which Java's producer chooses a partition: the same key is in the same partition, whoever wrote it. */
const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** murmur2 of `bytes[from … until)`, as a signed 32-bit integer, as `org.apache.kafka.common.utils.Utils.murmur2` has it. */
export function murmur2(bytes: Uint8Array, from = 0, until = bytes.length): number {
  const length = until - from;
  let h = SEED ^ length;
  let at = from;
  for (; at + 4 <= until; at += 4) {
    let k = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    k = Math.imul(k, M);
    k = Math.imul(k ^ (k >>> 24), M);
    h = Math.imul(h, M) ^ k;
  }
  const left = until - at;
  if (left > 2) h ^= (bytes[at + 2] ?? 0) << 16;
  if (left > 1) h ^= (bytes[at + 1] ?? 0) << 8;
  if (left > 0) h = Math.imul(h ^ (bytes[at] ?? 0), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

/** The partition of a key: 0 … partitions − 1. */
export const partitionOf = (bytes: Uint8Array, from: number, until: number, partitions: number): number =>
  (murmur2(bytes, from, until) & 0x7fff_ffff) % partitions;
