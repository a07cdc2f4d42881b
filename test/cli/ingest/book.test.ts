import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Book } from '../../../src/cli/ingest/book';
import { tempFolder } from '../../sinks/temp-folder';

const event = (n: number) => `"event":{"n":${String(n)}}`;
const newFile = async () => join(await tempFolder(), 'received.jsonl');
const keysIn = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { key: string | null }).key);

test('numbers are dense, a repeated key has its number again, and only the first of them is kept', async () => {
  const path = await newFile();
  const book = await Book.open(path);

  const taken = await Promise.all(['a', 'b', 'a', null, null].map((key, n) => book.take(key, event(n))));
  await book.close();

  expect(taken.map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2, 1, 3, 4]);
  expect(taken.map(({ duplicate }) => duplicate)).toEqual([false, false, true, false, false]);
  expect(await keysIn(path)).toEqual(['a', 'b', null, null]);
});

test('a receiver that was killed knows its keys again, and what it was writing then is cut off', async () => {
  const path = await newFile();
  const first = await Book.open(path);
  for (const key of ['a', 'b']) await first.take(key, event(1));
  await first.close();
  await appendFile(path, '{"sequenceNumber":3,"key":"c","ev');

  const again = await Book.open(path);

  expect(again.count).toBe(2);
  expect(await again.take('b', event(2))).toEqual({ sequenceNumber: 2, duplicate: true });
  expect(await again.take('c', event(3))).toEqual({ sequenceNumber: 3, duplicate: false });
  await again.close();
  expect(await keysIn(path)).toEqual(['a', 'b', 'c']);
});

test('a last line that lacks its newline alone is kept', async () => {
  const path = await newFile();
  await writeFile(path, '{"sequenceNumber":1,"key":"a","event":{}}');

  const book = await Book.open(path);
  await book.take('b', event(2));
  await book.close();

  expect(await keysIn(path)).toEqual(['a', 'b']);
});

test.each(['no JSON at all\nmore\n', '{"event_id":1}\n', '{"sequenceNumber":1,"key":"a"}\n{"other":1}\n{"sequenceNumber":2,"key":"b"}\n'])(
  'a file that is not of a receiver is refused and left as it is: %j',
  async (text) => {
    const path = await newFile();
    await writeFile(path, text);

    await expect(Book.open(path)).rejects.toThrow('is not of a receiver');

    expect(await readFile(path, 'utf8')).toBe(text);
  },
);
