/** Uniform numbers by address for what the schedule itself draws (batch sizes); events have a stronger generator of their own. */

/** The draw of batch `b` of a stream, 0 … 2^32-1: three rounds of the 32-bit finaliser of MurmurHash3 (public domain, Austin Appleby). */
export const drawOf = (seed: number, stream: number) => (b: number) =>
  mix(mix(mix(seed ^ 0x9e3779b9) ^ Math.imul(stream + 1, 0x85ebca6b)) ^ (b >>> 0) ^ Math.imul(Math.floor(b / 2 ** 32), 0xc2b2ae35));

/** A seed for a job that names none: FNV-1a of the text, mixed. 0 … 2^32-1. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

function mix(x: number): number {
  let h = x >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
