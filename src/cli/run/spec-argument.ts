/** SPEC on the command line: a file, `-` for standard input, or a scenario's name with options. */
import { existsSync } from 'node:fs';
import { nearest } from '../../registry';
import { scenarios } from '../../scenarios';
import { sinks } from '../../sinks';
import { cadenceOf } from '../../spec/cadence';
import { parseDuration } from '../../spec/durations';
import { UserError } from '../../spec/failures';
import { parseJobSpec, wireSpec, type JobSpec } from '../../spec/job-spec';
import { Problems } from '../problems';
import { documentName, specDocument } from './spec-document';

/** Options as text: what they may be, the specification's schema says. */
export interface SpecOptions {
  rate?: string;
  every?: string;
  for?: string;
  events?: string;
  seed?: string;
  start?: string;
  to?: string;
}

export interface Asked {
  spec: JobSpec;
  /** Things that were filled in for the user, one sentence each. */
  notes: string[];
  /** Whether what was asked can be read again: standard input cannot. */
  lasting: boolean;
  /** Events in all, where that is known better than the schedule can know. */
  events?: number;
  /** Neither the options nor the document say when to end. */
  endless: boolean;
  /** The command line that runs the same again, without `evergen`. */
  again(identity: { seed: number; start: string }): string;
}

/** What a name alone runs at. */
const DEFAULT_RATE = 10;

/**
 * @param standardInput reads all of it
 * @throws UserError with every problem, in terms of the options
 */
export async function readSpec(argument: string, options: SpecOptions, standardInput: () => Promise<string>): Promise<Asked> {
  if (scenarios.names.includes(argument)) return ofScenario(argument, options);
  if (argument !== '-' && !existsSync(argument) && !/[./\\]/.test(argument)) {
    const near = nearest(argument, scenarios.names);
    throw new UserError(
      `there is neither a file nor a scenario ${argument}${near === undefined ? '' : `: did you mean '${near}'?`} (scenarios: ${scenarios.names.join(', ')})`,
    );
  }
  return ofDocument(argument, options, standardInput);
}

async function ofDocument(argument: string, options: SpecOptions, standardInput: () => Promise<string>): Promise<Asked> {
  const { seed, start, ...others } = options;
  const refused = Object.keys(others).map((name) => `--${name}`);
  const named = documentName(argument);
  if (refused.length > 0)
    throw new UserError(
      `${refused.join(', ')} ${refused.length === 1 ? 'goes' : 'go'} with a scenario's name: ${named} says its own load and sink`,
    );
  const read = await specDocument(argument, standardInput);
  const load = { ...read.load, ...(start === undefined ? {} : { start }) };
  const spec = check({ ...wireSpec(read), load, ...(seed === undefined ? {} : { seed: numeral(seed) }) });
  return {
    spec,
    notes: [],
    lasting: argument !== '-',
    endless: false,
    again: (identity) => `run ${quoted(argument)} --seed ${String(identity.seed)} --start ${identity.start}`,
  };
}

async function ofScenario(name: string, options: SpecOptions): Promise<Asked> {
  const problems = new Problems();
  const { every, for: duration, events, seed, start, to } = options;
  // What is refused is left out of the specification, so that all the rest is judged, too.
  const sink = await problems.of(() => sinkNamed(to ?? 'disk'));
  const unsaid = options.rate === undefined && every === undefined;
  const owned = scenarios.get(name).cadence !== undefined;
  const rate = unsaid && !owned ? String(DEFAULT_RATE) : options.rate;
  const pace = unsaid && owned ? undefined : await problems.of(() => paceOf(rate, every));
  const input = {
    scenario: name,
    sink: sink ?? 'drop',
    ...(seed === undefined ? {} : { seed: numeral(seed) }),
    load: {
      ...(unsaid && owned ? {} : { pace: pace ?? { every, batch_size: 1 } }),
      ...(duration === undefined ? {} : { for: duration }),
      ...(events === undefined ? {} : { events: numeral(events) }),
      ...(start === undefined ? {} : { start }),
    },
  };
  const spec = await problems.of(() => check(input));
  problems.end();
  if (spec === undefined) throw new Error('no specification, and no reason why');
  const words = Object.entries({ rate, every, for: duration, events, to }).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option} ${quoted(value)}`],
  );
  const endsItself = cadenceOf(spec.scenario)?.every(({ batches }) => batches !== undefined) ?? false;
  return {
    spec,
    notes: unsaid && !owned ? [`no --rate was given: ${String(DEFAULT_RATE)} events a second`] : [],
    lasting: true,
    endless: duration === undefined && events === undefined && !endsItself,
    again: (identity) => ['run', name, ...words, '--seed', String(identity.seed), '--start', identity.start].join(' '),
  };
}

const refused = (option: string, message: string): UserError => new UserError(`${option} ${message}`, [{ path: option, message }]);

/** `--rate` with `--every` is the events of an interval in one batch. */
function paceOf(rate: string | undefined, every: string | undefined): unknown {
  if (every === undefined) return { rate: rate === undefined ? undefined : numeral(rate) };
  if (rate === undefined) return { every, batch_size: 1 };
  const size = (Number(rate) * (parseDuration(every) ?? NaN)) / 1e6;
  if (Number.isNaN(size) || (Number.isInteger(size) && size >= 1)) return { every, batch_size: size };
  throw refused('--rate', `${rate} makes ${String(size)} events each --every ${every}: that must be a whole number, at least 1`);
}

/** What may follow a sink's name after a colon: the option that it stands for. */
const PLACE: Readonly<Record<string, string>> = { http: 'url', kafka: 'topic' };
const ALLOWED = 'disk, kafka, kafka:TOPIC, http, http:URL or drop';

function sinkNamed(to: string): unknown {
  if (/^https?:\/\//.test(to)) return { name: 'http', url: to };
  const [kind = '', place] = to.split(/:(.*)/s);
  if (kind === 'memory' || !sinks.names.includes(kind)) {
    const near = nearest(kind, ['disk', 'kafka', 'http', 'drop']);
    throw refused('--to', `must be ${ALLOWED}, got ${JSON.stringify(to)}${near === undefined ? '' : `: did you mean '${near}'?`}`);
  }
  if (place === undefined) return kind;
  const option = PLACE[kind];
  if (option === undefined) throw refused('--to', `${kind} takes nothing after it, got ${JSON.stringify(to)}`);
  return { name: kind, [option]: place };
}

/** A number where it is one; else the text, about which the schema then complains in its own words. */
export const numeral = (text: string): number | string => (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text);

const OPTION_AT: Readonly<Record<string, string>> = {
  '/load/pace': '--rate or --every',
  '/load/pace/rate': '--rate',
  '/load/pace/every': '--every',
  '/load/pace/batch_size': '--rate with --every',
  '/load/for': '--for',
  '/load/events': '--events',
  '/load/start': '--start',
  '/seed': '--seed',
  '/sink/topic': '--to',
  '/sink/url': '--to',
};

/** The schema's problems under the names of the options. @param optionAt the option that a path of the specification comes from */
export function check(input: unknown, optionAt = OPTION_AT): JobSpec {
  try {
    return parseJobSpec(input);
  } catch (failure) {
    if (!(failure instanceof UserError) || failure.problems.length === 0) throw failure;
    const problems = failure.problems.map(({ path, message }) => ({ path: optionAt[path] ?? path, message }));
    throw new UserError(problems.map(({ path, message }) => `${path} ${message}`).join('\n'), problems);
  }
}

/** As a shell takes it for one word. */
export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
