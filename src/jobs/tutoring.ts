/** A run of the tutoring simulator as the original's users know it: so many streams, so many events of each, to one address. */
import { z } from 'zod';
import { options } from '../sinks/http/options';
import { refusal, UserError, type Problem } from '../spec/failures';
import { parseJobSpec, type JobSpec } from '../spec/job-spec';

/** What the sink itself takes. */
const { shape: target } = options;

/** What a caller may say; what he does not, the environment does. */
export const tutoringSettings = z.strictObject({
  stream_count: z.int().min(1).max(100_000).optional().describe('Simulated streams; default: STREAM_COUNT.'),
  events_per_run: z.int().min(1).max(1_000_000).optional().describe('Events of each stream; default: EVENTS_PER_RUN.'),
  ingest_api_url: target.url.describe('Where each event is POSTed; default: INGEST_API_URL.'),
  timeout: target.timeout.unwrap().optional().describe('How long a request may take, 5s or PT5S.'),
});

export type TutoringSettings = z.output<typeof tutoringSettings>;

/** What is so when nobody says otherwise. */
export interface TutoringDefaults {
  stream_count: number;
  events_per_run: number;
  /** Null: no target is known. */
  ingest_api_url: string | null;
}

/** As the environment says. */
export const tutoringDefaults = (environment: {
  STREAM_COUNT: number;
  EVENTS_PER_RUN: number;
  INGEST_API_URL?: string | undefined;
}): TutoringDefaults => ({
  stream_count: environment.STREAM_COUNT,
  events_per_run: environment.EVENTS_PER_RUN,
  ingest_api_url: environment.INGEST_API_URL ?? null,
});

/** 10 events each 100 ms, evenly. */
const EVENTS_A_SECOND = 100;

/** Where the specification's problems are for the caller. */
const SETTING_AT: Readonly<Record<string, string>> = { '/sink/url': '/ingest_api_url', '/sink/timeout': '/timeout' };

/** @throws UserError with every problem, each under its setting */
export function tutoringSpec(
  { stream_count, events_per_run, ingest_api_url, timeout }: TutoringSettings,
  defaults: TutoringDefaults,
): JobSpec {
  const streams = stream_count ?? defaults.stream_count;
  const url = ingest_api_url ?? defaults.ingest_api_url;
  const spec = {
    scenario: { name: 'tutoring', stream_count: streams },
    load: { pace: { rate: EVENTS_A_SECOND }, events: streams * (events_per_run ?? defaults.events_per_run) },
    sink: { name: 'http', ...(url === null ? {} : { url }), ...(timeout === undefined ? {} : { timeout }) },
  };
  try {
    return parseJobSpec(spec);
  } catch (failure) {
    throw inSettings(failure);
  }
}

/** The problems of a run's specification under the settings that it was made from; any other failure as it is. */
export function inSettings(failure: unknown): unknown {
  if (!(failure instanceof UserError)) return failure;
  return refusal(
    'the tutoring run',
    failure.problems.map(({ path, message }): Problem => ({ path: SETTING_AT[path] ?? path, message })),
  );
}

/** @throws UserError when the environment names a target that cannot be one */
export function checkTutoring(defaults: TutoringDefaults): void {
  try {
    tutoringSpec({}, defaults);
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    throw new UserError(failure.problems.map(({ message }) => `INGEST_API_URL: ${message}`).join('\n'), failure.problems);
  }
}
