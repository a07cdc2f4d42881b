/** The same fleet twice, with another seed, and with and without faults, through real processes into folders: what must be the same is, to the byte. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { readFleetConfig } from '../../src/config/fleet-config';
import { scenarios } from '../../src/scenarios';
import { wireSpec } from '../../src/spec/job-spec';
import { verifyRunFolder } from '../../src/verify/run-folder';
import { at, detectors } from '../quality/detectors';
import { atEnd } from '../support/cleanup';
import { readFleet } from '../support/fleet-files';
import { startTestStack, type TestStack } from '../support/stack';
import { until } from '../support/until';

jest.setTimeout(90_000);

/** Of both kinds together. Long ago, so that nobody waits for them. */
const BATCHES = 120;
const RATE = 0.3;
const config = (seed: number, corrupted: boolean) => `seed: ${String(seed)}
start: 2026-01-05T23:10:00Z
emulated_mode:
  enabled: true
quality_injection:
  enabled: ${String(corrupted)}
  corruption_rate: ${String(RATE)}
`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await Promise.all([stack.worker(), stack.facade()]);
});

/** Runs the job that a configuration describes to its end, in a place of its own, which is answered. */
async function run(id: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evergen-twins-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.yaml');
  await writeFile(file, text);
  const { load, sink, ...spec } = wireSpec(readFleetConfig(file, folder).spec(1));
  const body = { ...spec, id, load: { ...load, batches: BATCHES }, sink: { ...(sink as object), path: id } };
  expect(await stack.call('POST', '/jobs', body)).toMatchObject({ status: 201 });
  await until(async () => (await stack.call('GET', `/jobs/${id}`)).body['state'] === 'completed', 60_000);
  return join(stack.dataDir, id);
}

/** Text of every file below raw/ that is of the data, by its path; when a batch was committed is left out. */
async function contentOf(place: string): Promise<Map<string, string>> {
  const raw = join(place, 'raw');
  const names = (await readdir(raw, { recursive: true })).filter((name) => /\.jsonl$|batch_meta\.json$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(raw, name), 'latin1')));
  return new Map(names.map((name, i) => [name, texts[i]?.replace(/"committed_at": "[^"]*"/, '') ?? '']));
}

const differing = (one: Map<string, string>, other: Map<string, string>): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));

test('one seed and start give one fleet to the byte, another seed another one, and faults touch what their ledgers say and nothing else', async () => {
  const [dirty, twin, other, clean] = [
    await run('dirty', config(42, true)),
    await run('twin', config(42, true)),
    await run('other', config(43, true)),
    await run('clean', config(42, false)),
  ];
  const content = await contentOf(dirty);

  expect([...content.keys()].filter((name) => name.endsWith('batch_meta.json'))).toHaveLength(BATCHES);
  expect(differing(content, await contentOf(twin))).toEqual([]);
  // Every file: also the companies are others.
  expect(differing(content, await contentOf(other)).filter((name) => !name.endsWith('quality_ledger.jsonl'))).toHaveLength(2 * BATCHES + 1);

  const [corrupted, intact] = [await readFleet(dirty), await readFleet(clean)];
  expect([corrupted.problems, intact.problems]).toEqual([[], []]);
  expect(corrupted.companies.map(({ data }) => data.toString())).toEqual(intact.companies.map(({ data }) => data.toString()));
  const schema = driverSchema();
  const wrong: string[] = [];
  let before: Buffer | null = null;
  for (const [b, { id, lines, ledger }] of corrupted.drivers.entries()) {
    const originals = intact.drivers[b]?.lines ?? [];
    expect(lines).toHaveLength(originals.length);
    const rows = new Map(ledger.map((row) => [row.i, row]));
    expect(ledger.every(({ batch }) => batch === b) && rows.size === ledger.length).toBe(true);
    for (const [i, original] of originals.entries()) {
      const [line, row] = [lines[i] ?? Buffer.alloc(0), rows.get(i)];
      const agrees =
        row === undefined
          ? line.equals(original)
          : detectors[row.fault]?.({ dirty: line, clean: original, before, field: row.field, ...schema }) === true &&
            JSON.stringify(row.original) === JSON.stringify(valueAt(original, row.field));
      if (!agrees) wrong.push(`${id}, event ${String(i)}`);
      before = original;
    }
  }
  expect(wrong).toEqual([]);
  const events = corrupted.drivers.reduce((sum, { lines }) => sum + lines.length, 0);
  const faults = corrupted.drivers.flatMap(({ ledger }) => ledger);
  expect(events).toBeGreaterThan(500);
  expect(Math.abs(faults.length / events - RATE)).toBeLessThanOrEqual(3 * Math.sqrt((RATE * (1 - RATE)) / events));
  expect(new Set(faults.map(({ fault }) => fault)).size).toBeGreaterThan(5);

  for (const id of ['dirty', 'clean']) expect(await verifyRunFolder(await stack.runFolder(id))).toMatchObject({ ok: true, problems: [] });
});

const valueAt = (line: Buffer, field: string | null): unknown => {
  const event: unknown = JSON.parse(line.toString());
  return field === null ? event : at(event, field);
};

function driverSchema() {
  const { streams, options } = scenarios.get('fleet');
  const drivers = streams(options.parse({}), { seed: 42, startUs: 0 }).find(({ name }) => name === 'drivers');
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
  addFormats(ajv);
  return { time: drivers?.time, accepts: ajv.compile(drivers?.schema ?? {}) };
}
