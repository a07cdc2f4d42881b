/** The first byte at which data is not what it must be, in words: where it is, and what stands around it. */

export interface FilePlace {
  /** Relative to the run's folder. */
  path: string;
  /** From 0. */
  byte: number;
}

export interface Differing {
  batch: number;
  /** Where each event of the batch ends, in bytes. */
  ends: Uint32Array;
  expected: Buffer;
  found: Buffer;
  /** From `firstDifference`. */
  at: number;
}

/** Bytes that are shown before and after the differing one. */
const AROUND = 20;

/** @returns the length of `found` where it only ends too early */
export function firstDifference(expected: Buffer, found: Buffer): number {
  let at = 0;
  while (at < found.length && found[at] === expected[at]) at++;
  return at;
}

/** `batch 18, event 0 differs at byte 61 of its line (intakes/00-000001.jsonl, byte 1000): expected …"risk":"low",…, found …"risk":"low",…`. */
export function difference({ batch, ends, expected, found, at }: Differing, place: FilePlace | undefined): string {
  const event = ends.findIndex((end) => at < end);
  const start = event <= 0 ? 0 : (ends[event - 1] ?? 0);
  const end = ends[event] ?? expected.length;
  const where = `batch ${String(batch)}, event ${String(event)}`;
  const file = place === undefined ? '' : ` (${place.path}, byte ${String(place.byte)})`;
  if (at >= found.length) return `the data ends within ${where}${file}`;
  const shown = (bytes: Buffer) => around(bytes, at, start, Math.min(end, bytes.length));
  return `${where} differs at byte ${String(at - start)} of its line${file}: expected ${shown(expected)}, found ${shown(found)}`;
}

/** What stands around a byte, between two others. */
export function around(bytes: Buffer, at: number, start = 0, end = bytes.length): string {
  const [from, to] = [Math.max(start, at - AROUND), Math.min(end, at + AROUND)];
  const text = bytes
    .toString('utf8', from, to)
    .replaceAll(/\p{Cc}/gu, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `${from > start ? '…' : ''}${text}${to < end ? '…' : ''}`;
}
