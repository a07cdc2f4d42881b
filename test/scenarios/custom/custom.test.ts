import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BatchBuffer } from '../../../src/fields/batch-buffer';
import { each } from '../../../src/fields';
import { crisis } from '../../../src/scenarios/crisis';
import { custom } from '../../../src/scenarios/custom';
import { readDeclaration } from '../../../src/scenarios/custom/declaration';
import { Names } from '../../../src/scenarios/custom/names';
import { readRecord } from '../../../src/scenarios/custom/read-field';
import { recordOf } from '../../../src/scenarios/custom/kinds/composites';
import { parseJobSpec, wireSpec } from '../../../src/spec/job-spec';
import { loadSpecFile } from '../../../src/spec/load';
import { addressOf, IDENTITY, run } from '../batch';
import { holdsToTheContract } from '../conformance';
import { declaration, SHOP, TWO_STREAMS } from './declarations';

const streamsOf = (streams: unknown) => custom.streams(custom.options.parse({ streams }), IDENTITY);

describe('two streams', () => {
  holdsToTheContract({ definition: custom, options: { streams: TWO_STREAMS }, keys: { 'page-views': 'session', alarms: '$key' } });
});

test('the bytes of a fixed declaration never change: a change here means scenario version + 1', () => {
  const streams = streamsOf(SHOP);
  const { text } = run(streams[0]!.fill, addressOf(streams, 'orders', 0, IDENTITY, 1_000));

  expect(custom.version).toBe(1);
  expect(createHash('sha256').update(text).digest('hex')).toBe('8972218cc9c0b55525fa87943f0a60977377dd9f4b1916ed8e2b65196206549b');
});

test('crisis as data makes the bytes of crisis: a declaration is the same fields, not others like them', async () => {
  const { scenario } = await loadSpecFile(join(__dirname, '../../../examples/crisis-in-data.yaml'));
  const { intakes } = (scenario.options as { streams: Record<string, { key: string; event: object }> }).streams;
  const { made } = readRecord(intakes!.event, Names.root({ values: 0 }));
  const { field } = recordOf(made!);
  const fill = each(field, { key: intakes!.key, scenario: { name: crisis.name, version: crisis.version, options: {} } });
  const original = crisis.streams({}, IDENTITY)[0]!;

  expect(field.schema).toEqual(original.schema);
  const address = addressOf([original], 'intakes', 0, IDENTITY, 1_000);
  expect(run(fill, address)).toEqual(run(original.fill, address));
});

test('whatever is declared: valid JSON of its schema, the same bytes twice and from any batch alone', () => {
  fc.assert(
    fc.property(declaration, (declared) => {
      // What is too large for an event is refused, and told by another test.
      const issues = custom.options.safeParse({ streams: declared }).error?.issues ?? [];
      fc.pre(!issues.some(({ message }) => /^can be [\d,]+ bytes long|^more than 255 slots/.test(message)));
      const spec = parseJobSpec({ scenario: { name: 'custom', streams: declared }, sink: 'drop', load: { pace: { rate: 1 } } });
      const wire: unknown = JSON.parse(JSON.stringify(wireSpec(spec)));
      expect(parseJobSpec(wire)).toEqual(spec);
      const streams = streamsOf(declared);
      for (const { name, schema, fill } of streams) {
        const ajv = new Ajv({ strict: true, allowUnionTypes: true });
        addFormats(ajv);
        const accepts = ajv.compile(schema);
        const made = (batch: number, out = new BatchBuffer()) => run(fill, addressOf(streams, name, batch, IDENTITY, 20), out);
        const reused = new BatchBuffer();
        const inOrder = [0, 1, 2].map((batch) => made(batch, reused));
        expect(made(2)).toEqual(inOrder[2]);
        // Read anew, as another process does.
        const fresh = readDeclaration(declared, custom).made!.find((other) => other.name === name)!;
        expect(run(fresh.fill, addressOf(streams, name, 1, IDENTITY, 20))).toEqual(inOrder[1]);
        for (const line of inOrder.flatMap(({ lines }) => lines)) {
          accepts(JSON.parse(line));
          expect(accepts.errors ?? []).toEqual([]);
          expect(JSON.stringify(JSON.parse(line))).toBe(line.slice(0, -1));
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('fields are written in the order in which they are declared, also when the same ones were known in another order', () => {
  const names = ['a', 'b', 'c', 'id'];
  const streams = (order: string[]) => ({ orders: { key: 'id', event: Object.fromEntries(order.map((name) => [name, 'uuid'])) } });

  for (const order of [names, names.toReversed()]) {
    const declared = streamsOf(streams(order));
    const { lines } = run(declared[0]!.fill, addressOf(declared, 'orders', 0, IDENTITY, 1));
    expect(Object.keys(JSON.parse(lines[0]!) as object)).toEqual(order);
  }
});

test('slow events yield more often, so that paced jobs beside them stay on time', () => {
  const yieldsOf = (field: unknown): number => {
    const declared = streamsOf({ slow: { key: 'id', event: { id: 'uuid', field } } });
    let slices = 0;
    run(declared[0]!.fill, addressOf(declared, 'slow', 0, IDENTITY, 256), undefined, () => slices++);
    return slices;
  };

  expect(yieldsOf('uuid')).toBe(3);
  expect(yieldsOf({ list: { fake: 'person.firstName' }, length: 50 })).toBeGreaterThan(50);
});
