import { z } from 'zod';
import { defineFault, inOneField, oneOf } from '../fault';

/** None of them begins a character of UTF-8 before an ASCII letter or quote: é and ü of Latin-1, a byte that UTF-8 never has, the rest of a character. */
const BYTES = [0xe9, 0xfc, 0xff, 0x80] as const;

/** Stands in for the byte while the event is written as JSON; no text of a scenario holds this noncharacter. */
const MARK = '\uffff';

export const badEncoding = defineFault({
  name: 'bad_encoding',
  summary: 'A text with a byte in it that is not UTF-8.',
  options: z.strictObject({}),
  bind: ({ fields }) =>
    inOneField(
      fields,
      ({ types }) => types === null || types.has('string'),
      (event, field, random) => {
        const value = event.valueOf(field);
        if (typeof value !== 'string') return null;
        const letters = [...value];
        const at = random.below(letters.length + 1);
        const json = event.with(field, [...letters.slice(0, at), MARK, ...letters.slice(at)].join(''));
        const [head = '', tail = ''] = json.split(MARK);
        return Buffer.concat([Buffer.from(head), Buffer.of(oneOf(BYTES, random) ?? 0xff), Buffer.from(tail)]);
      },
    ),
});
