/** The text of `evergen init`: a specification that runs as it is. A line `# key: value` is an example of a key that may be there, too. */
import { Document, visit } from 'yaml';
import { z } from 'zod';
import type { JsonSchema } from '../../fields/field';
import type { ScenarioDefinition } from '../../scenarios/scenario';

/** @param evergen how the program is called */
export const starter = (scenario: ScenarioDefinition, evergen: string): string[] => [
  `# ${scenario.summary}`,
  `# Look first: ${evergen} preview FILE -n 3. Then: ${evergen} run FILE, or POST /jobs with this text.`,
  '',
  '# One job of this name at a time; without: the scenario and a suffix.',
  `id: my-${scenario.name}`,
  '# The same seed and start make the same bytes; without: a seed that the status shows.',
  '# seed: 42',
  'scenario:',
  `  name: ${scenario.name}`,
  ...optionLines(z.toJSONSchema(scenario.options, { io: 'input', unrepresentable: 'any' }) as JsonSchema),
  'load:',
  ...(scenario.cadence === undefined ? PACES : ['  # How fast and how much is a matter of the options above.']),
  ...(scenario.cadence === undefined
    ? LIMIT
    : ['  # How long by the schedule, if that is not to say it; also batches: as a limit.', '  # for: 1h']),
  '  # Due time of the first batch; in the past: made at once up to now, then live.',
  '  # start: 2026-01-01T00:00:00Z',
  '  # What a pause does to the schedule: hold (it moves), skip (never made), catch_up (made on resume).',
  '  on_pause: hold',
  '  # What an outage does to it: catch_up, skip, hold.',
  '  on_lag: catch_up',
  '# Parallel writers of a stream, 1 to 64; the events stay the same.',
  '# shards: 4',
  '# disk; kafka, with KAFKA_BOOTSTRAP in the environment of the worker; http; drop.',
  'sink: disk',
  '# sink: { name: kafka, topic: "evergen.{scenario}.{stream}" }',
  '# sink: { name: http, url: "http://127.0.0.1:9090" }',
  '# Gates over the numbers of the job; run ends with code 4 when one is not met.',
  '# expect: ["lateness_ms.p99 <= 25"]',
  '# Corrupted events among the clean ones, each of them on record; without faults: all that the fields allow.',
  '# quality: { corruption_rate: 0.05 }',
];

const PACES = [
  '  # Events a second;',
  '  pace: { rate: 10 }',
  '  # or a batch each interval;',
  '  # pace: { every: 10s, batch_size: { min: 5, max: 20 } }',
  '  # or stages and ramps, over and over with repeat: true;',
  '  # pace: { stages: [{ rate: 10, for: 1m }, { rate: { from: 10, to: 200 }, for: 2m }] }',
  '  # or as fast as the sink takes them, with events or batches as a limit.',
  '  # pace: { unpaced: { batch_size: 1000, step: 1ms } }',
];

const LIMIT = ['  # How long by the schedule; also events: or batches: as a limit. None of them: until stopped.', '  for: 1m'];

/** Options that must be there begin with their example; those that have a default stand there as a comment, the others without a value to go by. */
function optionLines(schema: JsonSchema): string[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return properties.flatMap(([name, { description, default: value, examples }]) => [
    ...(typeof description === 'string' ? [`  # ${description}`] : []),
    ...(required.includes(name) && Array.isArray(examples)
      ? exampleLines(name, examples[0])
      : [`  # ${name}:${value === undefined ? '' : ` ${JSON.stringify(value)}`}`]),
  ]);
}

/** What is small stands in one line. */
function exampleLines(name: string, example: unknown): string[] {
  const document = new Document({ [name]: example });
  visit(document, {
    Collection: (_key, node) => {
      if (JSON.stringify(node.toJSON()).length <= 60) node.flow = true;
    },
  });
  return document
    .toString({ lineWidth: 0, flowCollectionPadding: true })
    .trimEnd()
    .replace(/\[ | \]/g, (bracket) => bracket.trim())
    .split('\n')
    .map((line) => `  ${line}`);
}
