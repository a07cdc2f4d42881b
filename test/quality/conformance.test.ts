/** Every fault over every scenario: what is corrupted is what the ledger says, each of it, and nothing else is touched. */
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { faults, faultsFor } from '../../src/quality';
import { scenarios } from '../../src/scenarios';
import { generationOf, make } from '../../src/spec/generation';
import { parseJobSpec } from '../../src/spec/job-spec';
import { planOf } from '../../src/spec/plan';
import { fixedNow } from '../../src/spec/preview';
import { begin } from '../../workflows/schedule';
import { SHOP } from '../scenarios/custom/declarations';
import { at, detectors } from './detectors';

const BATCHES = 6;
/** Under the default ones windows of mail are mostly empty, and batches of the fleet hold thousands. */
const OPTIONS: Record<string, object> = { email: { window: 'P1D' }, fleet: { number_of_companies: 10 }, custom: { streams: SHOP } };
const ALL = faults.plugins.map(({ name, options }) => ({ name, options: options.parse({}) }));

interface Row {
  stream?: string;
  batch: number;
  i: number;
  field: string | null;
  fault: string;
  original: unknown;
}

interface Event {
  batch: number;
  i: number;
  key: string;
  timeMs: number;
  line: Buffer;
}

/** A run's first batches, in a generation of its own. */
function made(scenario: string, quality?: object, order = [...Array(BATCHES).keys()]) {
  const load =
    scenarios.get(scenario).cadence === undefined
      ? { pace: { unpaced: { batch_size: 300, step: '0.37s' } }, batches: 100 }
      : { batches: 100 };
  const spec = parseJobSpec({
    scenario: { name: scenario, ...OPTIONS[scenario] },
    seed: 7,
    load: { ...load, start: '2026-01-01T00:00:00Z' },
    sink: 'drop',
    ...(quality && { quality }),
  });
  const plan = fixedNow(planOf(spec, { job: 'j', run: '20260101T000000.000Z', version: '0' }), new Date(0));
  const generation = generationOf(plan, begin(plan.streams, plan.startUs));
  return generation.streams.map((definition, stream) => {
    const batches = order.map((b) => {
      const { count, bytes, ends, keys, keyEnds, timesMs, corrupted, ledger } = make(generation, stream, b, new BatchBuffer());
      const slice = (from: Buffer, at: Uint32Array, i: number) => Buffer.from(from.subarray(i === 0 ? 0 : at[i - 1], at[i]));
      const events = Array.from({ length: count }, (_, i): Event => {
        const line = slice(bytes, ends, i);
        return { batch: b, i, key: slice(keys, keyEnds, i).toString(), timeMs: timesMs[i] ?? 0, line };
      });
      const text = ledger.toString();
      const rows = text
        .split('\n')
        .slice(0, -1)
        .map((row) => JSON.parse(row) as Row);
      expect(text === '' || text.endsWith('\n')).toBe(true);
      expect(corrupted).toBe(rows.length);
      return { b, events, rows, bytes: Buffer.from(bytes) };
    });
    batches.sort((one, other) => one.b - other.b);
    return {
      definition,
      events: batches.flatMap(({ events }) => events),
      rows: batches.flatMap(({ rows }) => rows),
      bytes: Buffer.concat(batches.map(({ bytes }) => bytes)),
    };
  });
}

const newlines = (line: Buffer): number => line.filter((byte) => byte === 10).length;

function validatorOf(schema: object) {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
  addFormats(ajv);
  return ajv.compile(schema);
}

/** Compares a stream with its clean twin; answers what was corrupted. */
function checked(dirty: ReturnType<typeof made>[number], clean: ReturnType<typeof made>[number]): Row[] {
  const accepts = validatorOf(clean.definition.schema);
  expect(dirty.events.map(({ key, timeMs }) => [key, timeMs])).toEqual(clean.events.map(({ key, timeMs }) => [key, timeMs]));
  expect(dirty.events.filter(({ line }) => newlines(line) !== 1 || line.at(-1) !== 10 || line.length < 2)).toEqual([]);
  const changed = clean.events.flatMap(({ batch, i, line }, n) => (dirty.events[n]?.line.equals(line) === true ? [] : [{ batch, i, n }]));
  expect(dirty.rows.map(({ batch, i }) => ({ batch, i }))).toEqual(changed.map(({ batch, i }) => ({ batch, i })));
  const bare = (line: Buffer | undefined): Buffer => line?.subarray(0, -1) ?? Buffer.alloc(0);
  const wrong = dirty.rows.filter(({ fault, field, original }, r) => {
    const { n } = changed[r]!;
    const was = JSON.parse(clean.events[n]!.line.toString()) as unknown;
    const evidence = {
      dirty: bare(dirty.events[n]?.line),
      clean: bare(clean.events[n]?.line),
      before: n === 0 ? null : bare(clean.events[n - 1]?.line),
      field,
      time: clean.definition.time,
      accepts,
    };
    return detectors[fault]?.(evidence) !== true || JSON.stringify(original) !== JSON.stringify(field === null ? was : at(was, field));
  });
  expect(wrong).toEqual([]);
  return dirty.rows;
}

/** Three standard deviations of a share. */
const within3Sigma = (share: number, rate: number, n: number): boolean => Math.abs(share - rate) <= 3 * Math.sqrt((rate * (1 - rate)) / n);

test('every fault has a detector', () => {
  expect(Object.keys(detectors)).toEqual([...faults.names]);
});

describe.each(scenarios.names)('scenario %s', (scenario) => {
  const clean = made(scenario);
  const open = clean.filter(({ definition }) => definition.alwaysClean !== true);
  const fitting = faults.names.filter((name) => open.some(({ definition }) => faultsFor(definition, ALL).includes(name)));

  test.each(fitting)('%s: as many lines, the others untouched, each one as the ledger says', (fault) => {
    const dirty = made(scenario, { corruption_rate: 0.4, faults: [fault] });
    let found = 0;
    clean.forEach((twin, stream) => {
      if (twin.definition.alwaysClean === true) return expect(dirty[stream]!.bytes.equals(twin.bytes)).toBe(true);
      const rows = checked(dirty[stream]!, twin);
      expect(rows.filter((row) => row.fault !== fault)).toEqual([]);
      found += rows.length;
    });
    expect(found).toBeGreaterThan(10);
  });

  test('all of them at once, at a rate: the share is within three standard deviations, each fault comes', () => {
    const dirty = made(scenario, { corruption_rate: 0.3 });
    const rows = clean.flatMap((twin, stream) => (twin.definition.alwaysClean === true ? [] : checked(dirty[stream]!, twin)));
    const events = open.reduce((sum, { events }) => sum + events.length, 0);
    expect(within3Sigma(rows.length / events, 0.3, events)).toBe(true);
    expect([...new Set(rows.map(({ fault }) => fault))].sort()).toEqual([...fitting].sort());
    expect(rows.every((row) => (row.stream === undefined) === (open.length === 1))).toBe(true);
  });

  test('a batch is corrupted in the same way whichever was made before it', () => {
    const quality = { corruption_rate: 0.5 };
    const forwards = made(scenario, quality);
    const backwards = made(scenario, quality, [...Array(BATCHES).keys()].reverse());
    expect(backwards.map(({ bytes }) => bytes.toString('hex'))).toEqual(forwards.map(({ bytes }) => bytes.toString('hex')));
    expect(backwards.map(({ rows }) => rows)).toEqual(forwards.map(({ rows }) => rows));
  });

  test('a higher rate corrupts what a lower one does, in the same way, and more; none at all is the clean twin', () => {
    const [none, some, more] = [0, 0.1, 0.5].map((rate) => made(scenario, { corruption_rate: rate }));
    expect(none!.map(({ bytes, rows }) => [bytes.toString(), rows])).toEqual(clean.map(({ bytes }) => [bytes.toString(), []]));
    some!.forEach(({ rows }, stream) => {
      const known = new Set(more![stream]!.rows.map((row) => JSON.stringify(row)));
      expect(rows.filter((row) => !known.has(JSON.stringify(row)))).toEqual([]);
      expect(known.size).toBeGreaterThanOrEqual(rows.length);
    });
  });
});
