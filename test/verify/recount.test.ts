import { createHash } from 'node:crypto';
import { linesIn, Recount } from '../../src/verify/recount';

const EXPECTED = ['a', 'b', 'c', 'd', 'e'];

function count(found: string[], expected = EXPECTED) {
  const recount = new Recount(() => expected.map((word) => Buffer.from(`${word}\n`)));
  for (const word of found) recount.take(Buffer.from(`${word}\n`));
  const { lost, duplicated, reordered, foreign, ...rest } = recount.end();
  return { counts: [lost, duplicated, reordered, foreign], ...rest };
}

test.each([
  ['everything in its place', ['a', 'b', 'c', 'd', 'e'], [0, 0, 0, 0]],
  ['one lost in the middle', ['a', 'c', 'd', 'e'], [1, 0, 0, 0]],
  ['the end lost', ['a', 'b', 'c'], [2, 0, 0, 0]],
  ['nothing there', [], [5, 0, 0, 0]],
  ['a batch written twice', ['a', 'b', 'c', 'b', 'c', 'd', 'e'], [0, 2, 0, 0]],
  ['the first one once more at the end', ['a', 'b', 'c', 'd', 'e', 'a'], [0, 1, 0, 0]],
  ['two that changed places', ['a', 'c', 'b', 'd', 'e'], [0, 0, 1, 0]],
  ['one that was changed', ['a', 'b', 'X', 'd', 'e'], [1, 0, 0, 1]],
  ['a batch from another timeline', ['a', 'b', 'X', 'Y', 'c', 'd', 'e'], [0, 0, 0, 2]],
])('%s is counted as such', (_, found, counts) => {
  expect(count(found).counts).toEqual(counts);
});

test('equal lines stand for each other, as quality injection makes some on purpose: one too few is lost, one too many is doubled', () => {
  expect(count(['a', 'a', 'b'], ['a', 'a', 'b']).counts).toEqual([0, 0, 0, 0]);
  expect(count(['a', 'b'], ['a', 'a', 'b']).counts).toEqual([1, 0, 0, 0]);
  expect(count(['a', 'a', 'a', 'b'], ['a', 'a', 'b']).counts).toEqual([0, 1, 0, 0]);
});

test('both hashes are of all bytes, whatever was found', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(count(['a', 'c'], ['a', 'b', 'c'])).toMatchObject({ expectedSha256: sha256('a\nb\nc\n'), foundSha256: sha256('a\nc\n') });
});

test('lines are the same wherever the chunks end, and a last one without a newline is one, too', async () => {
  const text = 'one\ntwo\n\nthree\nfour';
  for (let size = 1; size <= text.length; size++) {
    async function* chunks() {
      for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
    }
    const lines: string[] = [];
    for await (const line of linesIn(chunks())) lines.push(line.toString());
    expect(lines).toEqual(['one\n', 'two\n', '\n', 'three\n', 'four']);
  }
});
