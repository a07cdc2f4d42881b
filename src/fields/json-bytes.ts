/** JSON as bytes: constants encoded once, numbers written digit by digit. Loops on purpose: for the dozens of bytes of a value they beat `Buffer`'s own copy and write. */
import type { BatchBuffer } from './batch-buffer';

/** Constant bytes in words of four, the last one filled up with zeros: four at a time are written in half the time of one by one. */
export interface Constant {
  readonly words: Int32Array;
  readonly length: number;
}

export const jsonConstant = (value: unknown): Constant => constant(JSON.stringify(value));

export function constant(text: string): Constant {
  const bytes = Buffer.from(text);
  const padded = new DataView(new ArrayBuffer(bytes.length + 3));
  bytes.forEach((byte, i) => padded.setUint8(i, byte));
  return { words: Int32Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) => padded.getInt32(i * 4, true)), length: bytes.length };
}

export function writeConstant(out: BatchBuffer, { words, length }: Constant): void {
  // Up to three bytes behind the value are overwritten with zeros, which the next value replaces.
  out.ensure(length + 3);
  const { view, at } = out;
  for (let i = 0; i < words.length; i++) view.setInt32(at + i * 4, words[i] ?? 0, true);
  out.at = at + length;
}

/** Writes a JavaScript value as JSON; for what is too rare or too free to be encoded beforehand. */
export function writeJson(out: BatchBuffer, value: unknown): void {
  const text = JSON.stringify(value);
  out.ensure(text.length * 3);
  out.at += out.bytes.write(text, out.at);
}

/** @param value an integer, −2^53 … 2^53 */
export function writeInteger(out: BatchBuffer, value: number): void {
  out.ensure(17);
  if (value < 0) {
    out.bytes[out.at++] = 45;
    value = -value;
  }
  if (value < 1e9) return writeDigits(out, value | 0);
  const high = Math.floor(value / 1e8);
  writeInteger(out, high);
  padDigits(out, value - high * 1e8, 8);
}

function writeDigits(out: BatchBuffer, value: number): void {
  let count = 1;
  for (let bound = 10; value >= bound && count < 9; bound *= 10) count++;
  padDigits(out, value, count);
}

/** Exactly `count` digits, with leading zeros. */
function padDigits(out: BatchBuffer, value: number, count: number): void {
  let rest = value | 0;
  for (let at = out.at + count - 1; at >= out.at; at--) {
    const tens = (rest / 10) | 0;
    out.bytes[at] = 48 + rest - tens * 10;
    rest = tens;
  }
  out.at += count;
}
