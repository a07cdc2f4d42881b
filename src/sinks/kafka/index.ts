/** Kafka topics: every batch in a transaction, with the progress in it. How it keeps its promise: `README.md` in this folder. */
import { z } from 'zod';
import { defineSink, type PartAddress, type ScenarioShape, type Sink, type SinkDeps } from '../sink';
import { fill, namespaceOf } from './place';
import { settingsOf } from './settings';
import type { Site } from './site';
import type { KafkaWriter } from './writer';

const TOPIC = /^(?!\.{1,2}$)(?:[\w.-]|\{scenario\}|\{stream\}){1,249}$/;
const field = z.string().min(1).max(200);

const options = z.strictObject({
  topic: z
    .string()
    .regex(TOPIC, 'must be the name of a topic: 1 to 249 of a-z, A-Z, 0-9, ".", "_", "-", and {scenario} and {stream} in their places')
    .default('evergen.{scenario}.{stream}')
    .describe('Name of the topic; {scenario} and {stream} stand for theirs.'),
  key: z
    .union([field, z.record(z.string(), field)])
    .optional()
    .describe("Field whose value is the record's key, or one a stream; default: the scenario's own."),
  delivery: z
    .enum(['exactly_once', 'at_least_once'])
    .default('exactly_once')
    .describe(
      'exactly_once: transactions, for readers with isolation.level=read_committed. at_least_once: without; after a kill some batches may come twice.',
    ),
  compression: z.enum(['none', 'gzip']).default('none').describe('Of record batches.'),
  topic_policy: z
    .enum(['create', 'require'])
    .default('create')
    .describe(
      'What becomes of a topic that is not there: made (KAFKA_TOPIC_PARTITIONS, KAFKA_TOPIC_REPLICATION), or the job waits for it.',
    ),
  target: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,40}$/, 'must be a name of letters, digits and _')
    .optional()
    .describe("Which brokers: NAME reads KAFKA_<NAME>_BOOTSTRAP and so on in the worker's environment; default: KAFKA_BOOTSTRAP."),
});

type Options = z.output<typeof options>;

export const kafka = defineSink({
  name: 'kafka',
  summary: 'Kafka topics, every batch exactly once, in a transaction.',
  options,
  // Brokers forget an offset 7 days after it was committed (offsets.retention.minutes).
  keepMs: 3 * 86_400_000,
  fit: (given, scenario) => ({
    options: { ...given, topic: fill(given.topic, { scenario: scenario.name }) },
    problems: keyProblems(given, scenario),
  }),
  keyOf: ({ key }, stream) => (typeof key === 'string' ? key : key?.[stream]),
  create: createKafka,
});

/** Every stream that is named must be there, and have the field. */
function keyProblems({ key }: Options, { name, streams }: ScenarioShape): { path: string[]; message: string }[] {
  if (key === undefined) return [];
  const asked = typeof key === 'string' ? streams.map((stream) => [stream.name, key, ['key']] as const) : [];
  const named = typeof key === 'string' ? [] : Object.entries(key).map(([stream, of]) => [stream, of, ['key', stream]] as const);
  return [...asked, ...named].flatMap(([stream, of, path]) => {
    const fields = streams.find((one) => one.name === stream)?.fields;
    if (fields === undefined)
      return [{ path: [...path], message: `${name} has no stream ${stream}; it has ${streams.map((one) => one.name).join(', ')}` }];
    if (fields.includes(of)) return [];
    return [
      { path: [...path], message: `must be a field of each event of ${stream}, got ${JSON.stringify(of)}; they have ${fields.join(', ')}` },
    ];
  });
}

/** What writers and readers of a sink with these options share. */
export function siteOf({ topic, delivery, compression, topic_policy: topicPolicy, target }: Options, deps: SinkDeps): Site {
  const [settings, namespace] = [() => settingsOf(deps.env, target), () => namespaceOf(deps)];
  return { topic, delivery, compression, topicPolicy, settings, namespace };
}

function createKafka(given: Options, deps: SinkDeps): Sink {
  const site = siteOf(given, deps);
  // kafkajs is loaded when the first job asks for it: it takes a tenth of a second.
  let home: Promise<string> | undefined;
  return {
    durable: true,
    home() {
      home ??= import('./home.js').then(({ homeOf }) => homeOf(site));
      home.catch(() => (home = undefined));
      return home;
    },
    open: (opening) => {
      let loaded: KafkaWriter | undefined;
      const writer = import('./writer.js').then(({ KafkaWriter }) => (loaded = new KafkaWriter(site, opening)));
      return {
        get unwritten() {
          return loaded?.unwritten ?? true;
        },
        committed: async () => (await writer).committed(),
        commit: async (batches, totals, signal) => (await writer).commit(batches, totals, signal),
        raise: async () => (await writer).raise(),
        close: async () => (await writer).close(),
      };
    },
    clean: async (parts: readonly PartAddress[], generation) => (await import('./clean.js')).clean(site, parts, generation),
    output: () => ({ kind: 'kafka', topic: fill(site.topic, {}) }),
    close: () => Promise.resolve(),
  };
}
