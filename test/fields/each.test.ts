import { each, int, list, oneOf, record, text, uuid } from '../../src/fields';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { Scope } from '../../src/fields/field';
import { Random, streamKey } from '../../src/fields/random';
import type { Field } from '../../src/fields';

const scenario = { name: 'test', version: 1, options: {} };
const address = {
  identity: { seed: 1, startUs: 0 },
  stream: 's',
  batch: 4,
  events: 1000,
  firstEvent: 4000,
  timeUs: (i: number) => 1_767_225_600_000_000 + i * 1500,
};

function filled(fields: Record<string, Field>, key: string, events = address.events) {
  const out = new BatchBuffer();
  const slices = each(record(fields), { key, scenario })({ ...address, events }, out);
  let yields = 0;
  while (slices.next().done !== true) yields++;
  const cut = (bytes: Buffer, ends: Uint32Array) =>
    Array.from({ length: out.count }, (_, i) => bytes.toString('utf8', i === 0 ? 0 : ends[i - 1], ends[i]));
  return { out, yields, lines: cut(out.bytes, out.ends), keys: cut(out.keys, out.keyEnds) };
}

test('a batch has its events as lines, their keys and their times in milliseconds, also after the buffers have grown', () => {
  const { out, lines, keys } = filled({ id: uuid(), pad: text('x'.repeat(500)), n: int(0, 9) }, 'id');
  expect(out.count).toBe(1000);
  lines.forEach((line, i) => {
    expect(line.endsWith('}\n')).toBe(true);
    expect((JSON.parse(line) as { id: string }).id).toBe(keys[i]);
    expect(out.timesMs[i]).toBe(1_767_225_600_000 + Math.floor(i * 1.5));
  });
});

test('it yields every 64 events, so that other jobs of the worker stay on time', () => {
  expect(filled({ id: uuid() }, 'id', 64).yields).toBe(0);
  expect(filled({ id: uuid() }, 'id', 65).yields).toBe(1);
  expect(filled({ id: uuid() }, 'id', 1000).yields).toBe(15);
  expect(filled({ id: uuid() }, 'id', 0).lines).toEqual([]);
});

test('a key is the text of the value: without quotes, and without the escapes that JSON needs', () => {
  expect(filled({ n: int(7, 7) }, 'n', 1).keys).toEqual(['7']);
  expect(filled({ name: oneOf(['a "b" \\ é']) }, 'name', 2).keys).toEqual(['a "b" \\ é', 'a "b" \\ é']);
});

test('a key that is not a field is refused when the scenario is declared', () => {
  expect(() => each(record({ id: uuid() }), { key: 'di', scenario })).toThrow("'di' is not a field");
});

test('an empty record is still a record', () => {
  const out = new BatchBuffer();
  const slices = each(record({ inner: record({}) }), { key: 'inner', scenario })({ ...address, events: 1 }, out);
  while (slices.next().done !== true);
  expect(out.bytes.toString('utf8', 0, out.at)).toBe('{"inner":{}}\n');
});

test('an event alone is the event among others: what the ones before it drew does not move it', () => {
  const fields = { id: uuid(), some: list(int(0, 99), { min: 0, max: 20 }), n: int(0, 1e9) };
  const { lines } = filled(fields, 'id');
  const random = new Random(streamKey({ ...address.identity, scenario, stream: address.stream }));
  const write = record(fields).bind(Scope.root());
  for (const i of [999, 64, 1, 500]) {
    const out = new BatchBuffer();
    random.at(address.batch, i);
    write(out, random, { timeUs: address.timeUs(i), event: address.firstEvent + i, drawn: Scope.slots() });
    expect(`${out.bytes.toString('utf8', 0, out.at)}\n`).toBe(lines[i]);
  }
});
