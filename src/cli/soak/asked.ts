/** What was asked for, checked as a whole before anything is started. */
import { UserError, type Problem } from '../../spec/failures';
import { parseDuration, formatDuration } from '../../spec/durations';
import { parseJobSpec, wireSpec, type JobSpec } from '../../spec/job-spec';
import { nearest } from '../../registry';
import { Problems } from '../problems';
import { readSpec } from '../run/spec-argument';
import { VICTIMS, type Victim, type Wishes } from './plan';

export interface SoakOptions {
  for?: string;
  kills?: string;
  freezes?: string;
  actions?: string;
  zombies?: string;
  what?: string;
  workers?: string;
  seed?: string;
  rate?: string;
  every?: string;
  to?: string;
}

export interface SoakAsked {
  spec: JobSpec;
  wishes: Wishes;
  notes: string[];
}

type Complain = (path: string, message: string) => void;

const LEAST_US = 10_000_000;
const STANDARD_KILLS = 30;

/**
 * @param drawn a seed where none was given
 * @param others what else is wrong
 * @throws UserError with every problem, of the options and of the specification
 */
export async function readAsked(
  argument: string | undefined,
  options: SoakOptions,
  drawn: number,
  standardInput: () => Promise<string>,
  others: readonly Problem[] = [],
): Promise<SoakAsked> {
  const problems = new Problems();
  const complain: Complain = (path, message) => problems.say(path, message);
  const whole = (name: keyof SoakOptions, least: number, most: number, standard: number): number =>
    options[name] === undefined ? standard : problems.whole(`--${name}`, options[name], least, most);

  const forUs = options.for === undefined ? undefined : parseDuration(options.for);
  if (options.for === undefined) complain('--for', 'is missing: how long, such as PT10M, 10m or 1h');
  else if (forUs === undefined || forUs < LEAST_US)
    complain(
      '--for',
      `must be a duration of at least ${formatDuration(LEAST_US)}, such as PT10M, 10m or 1h, got ${JSON.stringify(options.for)}`,
    );
  const kills = whole('kills', 0, 100_000, STANDARD_KILLS);
  const freezes = whole('freezes', 0, 100_000, Math.ceil(kills / 3));
  const actions = whole('actions', 0, 100_000, Math.ceil(kills / 3));
  const workers = whole('workers', 1, 16, 2);
  const seed = whole('seed', 0, 2 ** 32 - 1, drawn);
  const zombies = options.zombies === undefined ? null : whole('zombies', 0, 100_000, 0);
  const named = options.what === undefined ? null : victimsIn(options.what, complain);
  const asked =
    argument === undefined ? null : await specAsked(argument, options, formatDuration(forUs ?? LEAST_US), standardInput, complain);
  if (argument === undefined) complain('SPEC', "is missing: a file, -, or a scenario's name");
  if (asked !== null) unfit(asked.spec, complain);
  if (zombies !== null && zombies > 0 && (workers < 2 || named?.includes('worker') === false))
    complain('--zombies', 'need --workers 2 or more, one of which takes over, and worker among --what');
  for (const { path, message } of others) complain(path, message);
  problems.end();
  if (asked === null) throw new Error('no specification, and no reason why');
  const what = named ?? (asked.spec.sink.name === 'kafka' ? VICTIMS : VICTIMS.filter((victim) => victim !== 'broker'));
  const able = workers > 1 && what.includes('worker');
  const wishes = {
    ...{ seed, forMs: Math.round((forUs ?? 0) / 1000), kills, freezes, actions, what, workers },
    zombies: zombies ?? (able ? Math.ceil(kills / 6) : 0),
  };
  return { spec: { ...asked.spec, seed: asked.spec.seed ?? seed }, wishes, notes: asked.notes };
}

function victimsIn(text: string, complain: Complain): Victim[] {
  const words = text.split(',').map((word) => word.trim());
  const known = VICTIMS.filter((victim) => words.includes(victim));
  for (const word of words) {
    if (VICTIMS.some((victim) => victim === word)) continue;
    const near = nearest(word, VICTIMS);
    complain(
      '--what',
      `must be some of ${VICTIMS.join(', ')}, got ${JSON.stringify(word)}${near === undefined ? '' : `: did you mean '${near}'?`}`,
    );
  }
  return known;
}

/** The specification with the soak's length in place of its own limits; null where it is wrong, and why is among the problems. */
async function specAsked(
  argument: string,
  { rate, every, to }: SoakOptions,
  length: string,
  standardInput: () => Promise<string>,
  complain: Complain,
): Promise<{ spec: JobSpec; notes: string[] } | null> {
  try {
    const given = Object.fromEntries(Object.entries({ rate, every, to }).filter(([, value]) => value !== undefined));
    const { spec: read, notes } = await readSpec(argument, given, standardInput);
    const { events, batches, start, for: own, ...load } = read.load;
    const left = Object.entries({ events, batches, start, for: own }).flatMap(([key, value]) =>
      value === undefined ? [] : [`load.${key}`],
    );
    const paced = load.pace === undefined || !('unpaced' in load.pace);
    if (!paced) {
      complain('load.pace', 'must not be unpaced: a soak needs instants at which batches are due; use a rate');
      return null;
    }
    const spec = parseJobSpec({ ...wireSpec(read), load: { ...load, for: length } });
    return {
      spec,
      notes: [...notes, ...(left.length === 0 ? [] : [`${left.join(', ')}: left out, a soak begins now and lasts as long as --for says`])],
    };
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    // As its reader says it: with file and line.
    complain('', failure.message);
    return null;
  }
}

/** What a soak cannot judge. */
function unfit({ sink, timeline }: JobSpec, complain: Complain): void {
  if (sink.name !== 'disk' && sink.name !== 'kafka')
    complain('sink', `must be disk or kafka, got ${sink.name}: only there each event can be counted afterwards`);
  if (sink.options['target'] !== undefined) complain('sink.target', 'must be left out: a soak writes to a broker of its own');
  if (sink.options['delivery'] === 'at_least_once')
    complain('sink.delivery', 'must be exactly_once: with at_least_once some batches may come twice, which is what a soak counts');
  if (timeline !== undefined) complain('timeline', 'must be left out: the operators of a soak make one of their own');
}
