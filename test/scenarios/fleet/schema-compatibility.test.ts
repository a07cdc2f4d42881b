/** Both modes make the same kinds of lines: whoever reads one reads the other. */
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { fleet } from '../../../src/scenarios/fleet';
import { IDENTITY } from '../batch';
import { batchesOf, emulated, upTo } from './batches';

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats(ajv);

const schemas = (wire: object) =>
  fleet.streams(fleet.options.parse(wire), IDENTITY).map(({ name, schema, time }) => ({ name, schema, time }));

test('schemas are identical in production and in emulated mode', () => {
  expect(schemas(emulated())).toEqual(schemas({}));
});

test.each([
  ['production', {}],
  ['emulated', emulated()],
])('every line of %s is accepted by them, and has the same keys in the same order', (_, wire) => {
  const made = batchesOf(wire);
  const [companies, drivers] = schemas(wire).map(({ schema }) => ajv.compile(schema));
  const keys = new Set<string>();
  for (const b of upTo(12)) {
    for (const line of made.companies(b)) {
      companies!(line);
      expect(companies!.errors ?? []).toEqual([]);
    }
    for (const line of made.events(b)) {
      drivers!(line);
      expect(drivers!.errors ?? []).toEqual([]);
      keys.add(Object.keys(line).join());
    }
  }
  expect([...keys]).toEqual([Object.keys(schemas(wire)[1]!.schema['properties'] as object).join()]);
});
