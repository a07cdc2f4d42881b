import type { Field } from './field';

/** The two hexadecimal digits of a byte: the first in the low half of the entry. */
const HEX = Uint16Array.from({ length: 256 }, (_, byte) => {
  const digits = byte.toString(16).padStart(2, '0');
  return digits.charCodeAt(0) | (digits.charCodeAt(1) << 8);
});

/** Offset of each of the 16 bytes in the text. */
const OFFSETS = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);

/** A random UUID (RFC 9562, version 4), lower case: 122 random bits. */
export const uuid = (): Field => ({
  schema: { type: 'string', format: 'uuid', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' },
  bind: () => (out, random) => {
    out.ensure(38);
    const { bytes, at } = out;
    bytes[at] = 34;
    for (let word = 0; word < 4; word++) {
      let bits = random.bits();
      // Version 4 in the high half of byte 6, variant 10 in the top bits of byte 8.
      if (word === 1) bits = (bits & 0xffff0fff) | 0x4000;
      if (word === 2) bits = (bits & 0x3fffffff) | 0x80000000;
      for (let i = 0; i < 4; i++) {
        const digits = HEX[(bits >>> (24 - 8 * i)) & 0xff] ?? 0;
        const offset = at + 1 + (OFFSETS[word * 4 + i] ?? 0);
        bytes[offset] = digits & 0xff;
        bytes[offset + 1] = digits >>> 8;
      }
    }
    bytes[at + 9] = bytes[at + 14] = bytes[at + 19] = bytes[at + 24] = 45;
    bytes[at + 37] = 34;
    out.at = at + 38;
  },
});
