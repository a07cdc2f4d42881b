/** JSON as bytes: constants encoded once, numbers written digit by digit. Byte loops on purpose: for the dozens of bytes of a value they beat `Buffer`'s own copy and write. */
import type { BatchBuffer } from './batch-buffer';

export const jsonBytes = (value: unknown): Uint8Array => Uint8Array.from(Buffer.from(JSON.stringify(value)));

export function writeBytes(out: BatchBuffer, source: Uint8Array): void {
  out.ensure(source.length);
  const { bytes } = out;
  let at = out.at;
  for (let i = 0; i < source.length; i++) bytes[at++] = source[i] ?? 0;
  out.at = at;
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
export function padDigits(out: BatchBuffer, value: number, count: number): void {
  let rest = value | 0;
  for (let at = out.at + count - 1; at >= out.at; at--) {
    const tens = (rest / 10) | 0;
    out.bytes[at] = 48 + rest - tens * 10;
    rest = tens;
  }
  out.at += count;
}
