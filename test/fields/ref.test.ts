import { chance, each, int, list, optional, record, ref, text, uuid } from '../../src/fields';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { addressOf, IDENTITY, run } from '../scenarios/batch';
import { values } from './statistics';

interface Event {
  id: string;
  same: string;
  parts: { n: number; twice: string; of: string }[];
}

const event = record({
  id: uuid(),
  same: ref('id', uuid().schema),
  parts: list(
    record({ n: int(1, 1e6), twice: text('{n}{n}', { n: ref('n', int(1, 1e6).schema) }), of: ref('id', uuid().schema), more: chance(0.5) }),
    { min: 0, max: 9 },
  ),
});

test('a reference is what the other field has written, in lists and texts, too, wherever in the buffer the event is', () => {
  const fill = each(event, { key: 'same', scenario: { name: 'refs', version: 1, options: {} } });
  const { lines, keys } = run(fill, addressOf([{ name: 'refs', schema: event.schema, fill }], 'refs', 0, IDENTITY, 500), new BatchBuffer());

  for (const [i, line] of lines.entries()) {
    const { id, same, parts } = JSON.parse(line) as Event;
    expect([same, keys[i]]).toEqual([id, id]);
    for (const { n, twice, of } of parts) expect([twice, of]).toEqual([`${String(n)}${String(n)}`, id]);
  }
});

test('whole records and what is not there are referred to as they are', () => {
  const made = record({ a: optional(record({ n: int(1, 9) }), 0.5), b: ref('a', {}) });

  for (const { a, b } of values<{ a: unknown; b: unknown }>(made, 50)) expect(b).toEqual(a);
});

test('a reference to what comes later, or to a field inside another record, is refused when it is bound', () => {
  expect(() => values(record({ b: ref('a', {}), a: uuid() }), 1)).toThrow("b: refers to 'a', but no field of that name comes before it");
  expect(() => values(record({ r: record({ a: uuid() }), b: ref('a', {}) }), 1)).toThrow("refers to 'a'");
});

test('an event has 255 slots, of which a field that is referred to takes two, however often', () => {
  const of = (count: number) =>
    record({
      a: uuid(),
      b: ref('a', {}),
      ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${String(i)}`, chance(0.5)])),
      z: ref('a', {}),
    });

  expect(values(of(253), 1)).toHaveLength(1);
  expect(() => values(of(254), 1)).toThrow('more than 255 slots');
});
