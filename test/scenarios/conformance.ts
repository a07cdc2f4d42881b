/** What every scenario must keep to, whatever it makes. Run over the registry by `conformance.test.ts`: a scenario is held to it the moment it is registered. */
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import type { JsonSchema } from '../../src/fields/field';
import type * as Registered from '../../src/scenarios';
import type { Identity, ScenarioDefinition, StreamDefinition } from '../../src/scenarios/scenario';
import { addressOf, filled, IDENTITY, run } from './batch';

export interface Case {
  readonly definition: ScenarioDefinition;
  /** Options of the wire form under which the suite runs; default: none. */
  readonly options?: Record<string, unknown>;
  /** The field that is the key, by stream, or what the key is made of. */
  readonly keys: Readonly<Record<string, string | ((event: Record<string, unknown>) => unknown)>>;
}

export function holdsToTheContract({ definition, options = {}, keys }: Case): void {
  const streamsFor = (identity: Identity = IDENTITY) => definition.streams(definition.options.parse(options), identity);
  const streams = streamsFor();
  const cadence = definition.cadence?.(definition.options.parse(options));
  const address = (stream: string, batch: number, identity?: Identity, events?: number) =>
    addressOf(streams, stream, batch, identity, events, cadence);

  test('has streams with names that can be topics and folders, the same ones under every identity', () => {
    expect(streams.length).toBeGreaterThan(0);
    for (const { name } of streams) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(streamsFor({ seed: 7, startUs: 0 }).map(({ name }) => name)).toEqual(streams.map(({ name }) => name));
  });

  describe.each(streams.map((stream) => [stream.name, stream] as const))('stream %s', (name, stream) => {
    const made = (batch: number, identity?: Identity, from: StreamDefinition = stream) => run(from.fill, address(name, batch, identity));

    test('makes the same bytes at the same address, in a process that has made nothing before, too', () => {
      const before = made(3);
      expect(made(3)).toEqual(before);
      jest.isolateModules(() => {
        const fresh = freshStreams(definition.name, options).find((other) => other.name === name);
        expect(fresh!.fill).not.toBe(stream.fill);
        expect(run(fresh!.fill, address(name, 3))).toEqual(before);
      });
    });

    test('does not care which batches were made before, in which order, or in which buffer', () => {
      const forwards = [0, 1, 2, 3, 4, 5].map((batch) => made(batch).text);
      const reused = new BatchBuffer();
      const backwards = [5, 4, 3, 2, 1, 0].map((batch) => run(stream.fill, address(name, batch), reused).text);
      expect(backwards.reverse()).toEqual(forwards);
    });

    test('can be interrupted by other batches between any two slices, as a worker runs many jobs', () => {
      const [mine, others] = [made(1), made(2)];
      const other = streamsFor({ seed: 9, startUs: 0 }).find((candidate) => candidate.name === name)!;
      const [outA, outB] = [new BatchBuffer(), new BatchBuffer()];
      const slices = [stream.fill(address(name, 1), outA), stream.fill(address(name, 2), outB)];
      while (slices.map((slice) => slice.next().done).includes(false)) run(other.fill, address(name, 0, { seed: 9, startUs: 0 }, 10));
      expect([filled(outA), filled(outB)]).toEqual([mine, others]);
    });

    test('makes other events for another batch, seed or start, and not the same ones at another time', () => {
      const timeless = (batch: number, identity: Identity = IDENTITY) => {
        const from = streamsFor(identity).find((other) => other.name === name);
        return made(batch, identity, from).lines.map((line) => JSON.stringify(timelessly(JSON.parse(line), stream.time)));
      };
      const later = { ...IDENTITY, startUs: IDENTITY.startUs + 1_000_000 };
      const texts = [timeless(3), timeless(4), timeless(3, { ...IDENTITY, seed: 43 }), timeless(3, later)].map((lines) => lines.join());
      expect(new Set(texts).size).toBe(texts.length);
    });

    test('makes one line of valid JSON an event, which its JSON Schema accepts', () => {
      const accepts = validator(stream.schema);
      for (const line of [...made(0).lines, ...made(7).lines]) {
        expect(line.indexOf('\n')).toBe(line.length - 1);
        const event: unknown = JSON.parse(line);
        accepts(event);
        expect(accepts.errors ?? []).toEqual([]);
        // What a reader would write again is what was read: no duplicate keys, no odd numbers.
        expect(JSON.stringify(event)).toBe(line.slice(0, -1));
      }
    });

    test('has a schema whose every enumeration value is drawn within 100,000 events', () => {
      const unseen = new Map([...enumerations(stream.schema)].map(([path, values]) => [path, new Set(values)]));
      // Batches of a cadence may be empty, for ever where it has ended.
      for (let batch = 0, events = 0; events < 100_000 && unseen.size > 0 && batch < 10_000; batch++) {
        const { lines } = run(stream.fill, address(name, batch, undefined, 10_000));
        events += lines.length;
        for (const line of lines) strike(unseen, '', JSON.parse(line));
      }
      expect([...unseen].map(([path, values]) => `${path}: ${[...values].join(', ')}`)).toEqual([]);
    });

    test('has the declared field as its key, and the time of the schedule', () => {
      const { lines, keys: written, timesMs } = made(5);
      lines.forEach((line, i) => {
        const event = JSON.parse(line) as Record<string, unknown>;
        const key = keys[name]!;
        expect(written[i]).toBe(String(typeof key === 'string' ? event[key] : key(event)));
        const time = stream.time === undefined ? timesMs[i] : at(event, stream.time);
        expect(typeof time === 'string' ? Date.parse(time) : time).toBe(timesMs[i]);
        expect(timesMs[i]).toBe(Math.floor(timesMs[i]!));
      });
    });

    test('yields at least every 1,024 events, so that paced jobs beside it stay on time', () => {
      for (const batch of [0, 6]) {
        let [last, longest] = [0, 0];
        const note = (events: number) => ([longest, last] = [Math.max(longest, events - last), events]);
        const { lines } = run(stream.fill, address(name, batch, undefined, 5_000), undefined, note);
        expect(Math.max(longest, lines.length - last)).toBeLessThanOrEqual(1_024);
      }
    });

    test('reads no clock and no other source of chance', () => {
      const before = made(6).text;
      expect(withoutClocks(() => made(6).text)).toBe(before);
    });

    // What a cadence thinks of a batch is an estimate: there the fill decides.
    if (cadence === undefined) {
      test('writes nothing for a batch without events', () => {
        const { text, keys: written } = run(stream.fill, address(name, 2, undefined, 0));
        expect([text, written]).toEqual(['', []]);
      });
    }
  });
}

/** The value at a path of names. */
const at = (event: unknown, path: string): unknown =>
  path.split('.').reduce((value, name) => (value as Record<string, unknown>)[name], event);

/** The event without its time. */
function timelessly(event: unknown, path: string | undefined): unknown {
  if (path === undefined) return event;
  const names = path.split('.');
  const holder = names.slice(0, -1).reduce(at, event) as Record<string, unknown>;
  holder[names.at(-1)!] = null;
  return event;
}

/** The streams as a process sees them that has loaded nothing yet. */
function freshStreams(scenario: string, options: Record<string, unknown>): readonly StreamDefinition[] {
  const { scenarios } = jest.requireActual<typeof Registered>('../../src/scenarios');
  const definition = scenarios.get(scenario);
  return definition.streams(definition.options.parse(options), IDENTITY);
}

function validator(schema: JsonSchema) {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  addFormats(ajv);
  return ajv.compile(schema);
}

/** Every `enum` and `const` of a schema by the path of its value, list places as `*`. */
function enumerations(schema: JsonSchema, path = '', found = new Map<string, unknown[]>()): Map<string, unknown[]> {
  const {
    enum: values,
    properties,
    items,
    anyOf,
  } = schema as {
    enum?: unknown[];
    properties?: Record<string, JsonSchema>;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
  };
  if (values !== undefined) found.set(path, [...(found.get(path) ?? []), ...values]);
  for (const [name, inner] of Object.entries(properties ?? {})) enumerations(inner, `${path}/${name}`, found);
  if (items !== undefined) enumerations(items, `${path}/*`, found);
  for (const inner of anyOf ?? []) enumerations(inner, path, found);
  return found;
}

/** Takes what is seen off the list. */
function strike(unseen: Map<string, Set<unknown>>, path: string, value: unknown): void {
  const values = unseen.get(path);
  if (values?.delete(value) === true && values.size === 0) unseen.delete(path);
  if (Array.isArray(value)) value.forEach((inner) => strike(unseen, `${path}/*`, inner));
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) strike(unseen, `${path}/${name}`, inner);
  }
}

/** Runs `act` while every clock and every source of chance throws. */
export function withoutClocks<T>(act: () => T): T {
  const forbidden = (what: string) => () => {
    throw new Error(`${what} was used while events were made`);
  };
  const spies = [
    jest.spyOn(Date, 'now').mockImplementation(forbidden('Date.now')),
    jest.spyOn(Math, 'random').mockImplementation(forbidden('Math.random')),
    jest.spyOn(process, 'hrtime').mockImplementation(forbidden('process.hrtime')),
    jest.spyOn(performance, 'now').mockImplementation(forbidden('performance.now')),
    jest.spyOn(globalThis, 'Date').mockImplementation((...args: unknown[]) => {
      if (args.length === 0) forbidden('new Date()')();
      return Reflect.construct(RealDate, args) as Date;
    }),
  ];
  // What is made of it is a date to whoever asks.
  Object.defineProperty(globalThis.Date, 'prototype', { value: RealDate.prototype });
  try {
    return act();
  } finally {
    for (const spy of spies.reverse()) spy.mockRestore();
  }
}
const RealDate = Date;
