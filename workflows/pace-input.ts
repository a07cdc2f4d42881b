/** Changes of pace as they arrive: read without zod, which would triple the workflow's bundle. The facade parses with the full schema. */
import { parseDuration } from './durations';
import type { Pace } from './schedule';

const MAX_RATE = 1_000_000;
const MAX_EVENTS = 100_000;
const MIN_EVERY_US = 50_000;

type Streams = readonly { pace: Pace; ownPace?: true | undefined }[];

/** Without instants no batch has a place on the wall: there is nothing to change, and none can be given. */
const isUnpaced = (streams: Streams): boolean => streams.some(({ pace }) => pace.kind === 'unpaced');
const isOwn = (streams: Streams): boolean => streams.some(({ ownPace }) => ownPace);

/**
 * What the update `set_pace` carries: a pace as users write it.
 * @returns one pace a stream, which share it
 * @throws Error with what is allowed
 */
export function readPace(input: unknown, streams: Streams): Pace[] {
  if (isOwn(streams)) throw new Error('the scenario has a cadence of its own: its pace cannot be changed');
  if (isUnpaced(streams)) throw new Error('the job is unpaced, it goes as fast as the sink commits: its pace cannot be changed');
  const one = paceOf(fieldsOf(input));
  if (one === null) {
    throw new Error(
      `a pace is { "rate": 0 … ${String(MAX_RATE)} }, or { "every": "PT10S" (PT0.05S or more), "batch_size": 1 … ${String(MAX_EVENTS)} or { "min", "max" } }, or { "stages": [{ "rate": n or { "from", "to" }, "for": "PT1M" }], "repeat": true }, got ${JSON.stringify(input)}`,
    );
  }
  return streams.map((_, index) => ('of' in one ? { ...one, of: streams.length, index } : one));
}

/**
 * What the signal `set_pace` carries: one pace a stream, as `src/spec` has parsed it.
 * @returns null for anything else, which changes nothing: whoever sent it, an error here would stop the job for good
 */
export function pacesIn(request: unknown, streams: Streams): Pace[] | null {
  const paces = fieldsOf(request)['paces'];
  if (isOwn(streams) || isUnpaced(streams) || !Array.isArray(paces) || paces.length !== streams.length) return null;
  return paces.every(isPace) ? paces : null;
}

function isPace(value: unknown): value is Pace {
  const { kind, rate, of, index, everyUs, min, max, stages, repeat } = fieldsOf(value);
  const shared = isCount(of, 1) && isCount(index, 0) && index < of;
  switch (kind) {
    case 'rate':
      return shared && isBetween(rate, 0, MAX_RATE);
    case 'every':
      return isCount(everyUs, MIN_EVERY_US) && isCount(min, 0) && isCount(max, min) && max <= MAX_EVENTS;
    case 'stages':
      return shared && typeof repeat === 'boolean' && Array.isArray(stages) && stages.length > 0 && stages.every(isStage);
    default:
      return false;
  }
}

function isStage(value: unknown): boolean {
  const { from, to, forUs } = fieldsOf(value);
  return isBetween(from, 0, MAX_RATE) && isBetween(to, 0, MAX_RATE) && isCount(forUs, 1);
}

/** Who sends a signal, on one line; undefined: it does not say. */
export function callerIn(request: unknown): string | undefined {
  const { by } = fieldsOf(request);
  return typeof by === 'string' ? by.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 100) : undefined;
}

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});
const isCount = (value: unknown, least: number): value is number => Number.isSafeInteger(value) && isBetween(value, least, Infinity);

function paceOf({ rate, every, batch_size: size, ...others }: Record<string, unknown>): Pace | null {
  if ('stages' in others && rate === undefined && every === undefined && size === undefined) return stagesOf(others);
  if (Object.keys(others).length > 0) return null;
  if (every === undefined && size === undefined) return isBetween(rate, 0, MAX_RATE) ? { kind: 'rate', rate, of: 1, index: 0 } : null;
  const everyUs = typeof every === 'string' ? parseDuration(every) : undefined;
  const { min, max } = typeof size === 'object' && size !== null ? { min: undefined, max: undefined, ...size } : { min: size, max: size };
  if (rate !== undefined || everyUs === undefined || everyUs < MIN_EVERY_US || size === 0) return null;
  if (!isBetween(min, 0, MAX_EVENTS) || !isBetween(max, min, MAX_EVENTS) || !Number.isInteger(min) || !Number.isInteger(max)) return null;
  return { kind: 'every', everyUs, min, max };
}

function stagesOf({ stages, repeat = false, ...others }: Record<string, unknown>): Pace | null {
  if (Object.keys(others).length > 0 || typeof repeat !== 'boolean' || !Array.isArray(stages)) return null;
  const read = stages.map((stage) => {
    const { rate, for: length } = fieldsOf(stage);
    const { from, to } = typeof rate === 'number' ? { from: rate, to: rate } : fieldsOf(rate);
    return { from, to, forUs: typeof length === 'string' ? parseDuration(length) : undefined };
  });
  const pace = { kind: 'stages', stages: read, repeat, of: 1, index: 0 };
  return isPace(pace) ? pace : null;
}

const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most;
