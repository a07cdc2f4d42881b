/** Every word of faker's that can be drawn: pure, short enough, and the same as ever. */
import { createHash } from 'node:crypto';
import { custom } from '../../../src/scenarios/custom';
import { LONGEST_BYTES, WORDS } from '../../../src/scenarios/custom/kinds/fake';
import { addressOf, IDENTITY, run } from '../batch';
import { withoutClocks } from '../conformance';

const N = 300;
const linesOf = (word: string): string[] => {
  const streams = custom.streams(custom.options.parse({ streams: { w: { key: 'w', event: { w: { fake: word } } } } }), IDENTITY);
  return run(streams[0]!.fill, addressOf(streams, 'w', 0, IDENTITY, N)).lines;
};

test.each(WORDS)('%s is a function of the address alone, and no longer than a declaration reckons with', (word) => {
  const lines = linesOf(word);

  expect(withoutClocks(() => linesOf(word))).toEqual(lines);
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(LONGEST_BYTES + '{"w":}\n'.length);
});

test('the words never change: a faker that changes them needs a new scenario version', () => {
  const hash = createHash('sha256');
  for (const word of WORDS) hash.update(word).update(linesOf(word).join(''));

  expect(custom.version).toBe(1);
  expect(hash.digest('hex')).toBe('39a00a04267b847bac4152f40532e4c2c7de805e5efe31ba491ae524e73d92fc');
});

test('dates are near the time of the event, as nothing reads a clock', () => {
  const days = linesOf('date.recent').map((line) => (JSON.parse(line) as { w: string }).w.slice(0, 10));

  expect(days.filter((day) => day !== '2025-12-31' && day !== '2026-01-01')).toEqual([]);
});
