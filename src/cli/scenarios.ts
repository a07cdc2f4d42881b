/** `evergen scenarios`: what can be generated, and what its events look like. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { JsonSchema } from '../fields/field';
import { scenarios as known } from '../scenarios';
import type { ScenarioDefinition } from '../scenarios/scenario';
import { UserError } from '../spec/failures';
import type { Context } from './context';
import { schemaRows } from './schema-rows';
import { table } from './table';

export function scenarios(program: Command, context: Context): void {
  program
    .command('scenarios')
    .description('list the scenarios, or describe one: its options and its events')
    .argument('[name]', 'a scenario')
    .option('--json', 'with JSON Schemas of options and events')
    .action((name: string | undefined, { json }: { json?: true }) => {
      const chosen = name === undefined ? known.plugins : [scenarioNamed(name)];
      if (json) {
        const described = chosen.map(inJson);
        return context.out(JSON.stringify(name === undefined ? { scenarios: described } : described[0], null, 2));
      }
      const [only] = chosen;
      for (const line of name === undefined || only === undefined ? list(chosen) : describe(only)) context.out(line);
    });
}

/** @throws UserError with the name that may have been meant */
export function scenarioNamed(name: string): ScenarioDefinition {
  if (known.names.includes(name)) return known.get(name);
  try {
    return known.get(name);
  } catch (failure) {
    throw new UserError(failure instanceof Error ? failure.message : String(failure));
  }
}

const list = (all: readonly ScenarioDefinition[]): string[] =>
  table(
    ['SCENARIO', 'VERSION', 'SUMMARY'],
    all.map(({ name, version, summary }) => [name, version, summary]),
  );

function describe(scenario: ScenarioDefinition): string[] {
  const options = schemaRows(optionsOf(scenario));
  return [
    `${scenario.name}, version ${String(scenario.version)}: ${scenario.summary}`,
    '',
    ...(options.length === 0 ? ['no options'] : ['options', ...table(['NAME', 'TYPE', 'WHAT'], options)]),
    ...vocabularyOf(scenario),
    ...streamsOf(scenario).flatMap(({ name, event }) => [
      '',
      `events of stream ${name}`,
      ...table(['FIELD', 'TYPE', 'VALUES'], schemaRows(event)),
    ]),
  ];
}

function vocabularyOf({ vocabulary = [] }: ScenarioDefinition): string[] {
  const rows = vocabulary.map(({ name, example, summary }): [string, string, string] => [name, example, summary]);
  return rows.length === 0 ? [] : ['', 'of which they are made', ...table(['WORD', 'AS IN', 'WHAT'], rows)];
}

const inJson = (scenario: ScenarioDefinition) => ({
  name: scenario.name,
  version: scenario.version,
  summary: scenario.summary,
  options: optionsOf(scenario),
  streams: streamsOf(scenario),
});

const optionsOf = ({ options }: ScenarioDefinition): JsonSchema =>
  z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** Under the default options; a scenario that has required ones shows no streams here. */
function streamsOf({ options, streams }: ScenarioDefinition): { name: string; event: JsonSchema }[] {
  const defaults = options.safeParse({});
  return defaults.success ? streams(defaults.data, { seed: 0, startUs: 0 }).map(({ name, schema }) => ({ name, event: schema })) : [];
}
