/** The settings of tutoring runs as options of commands. */
import type { Command } from 'commander';
import { UserError } from '../spec/failures';

/** Options as text: what they may be, the schema says. */
export interface TutoringOptions {
  streams?: string;
  events?: string;
  url?: string;
  timeout?: string;
}

/** @param whose begins each description */
export const withTutoringOptions = (command: Command, whose = ''): Command =>
  command
    .option('--streams <n>', `${whose}number of simulated streams (STREAM_COUNT)`)
    .option('--events <n>', `${whose}events of each stream (EVENTS_PER_RUN)`)
    .option('--url <address>', `${whose}where the events are sent (INGEST_API_URL)`)
    .option('--timeout <duration>', `${whose}how long a request may take: 5s, or a number of seconds`);

/** As the schema knows them; what was not given is absent. */
export function settingsIn({ streams, events, url, timeout }: TutoringOptions): Record<string, unknown> {
  return present({
    stream_count: numeral(streams),
    events_per_run: numeral(events),
    ingest_api_url: url,
    timeout: timeout !== undefined && /^\d+$/.test(timeout) ? `${timeout}s` : timeout,
  });
}

export const present = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** A number where it is one; else the text, about which the schema then complains in its own words. */
const numeral = (text: string | undefined): number | string | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : text);

const OPTION_AT: Readonly<Record<string, string>> = {
  '/every': '--every',
  '/cron': '--cron',
  '/time_zone': '--time-zone',
  '/stream_count': '--streams',
  '/events_per_run': '--events',
  '/ingest_api_url': '--url',
  '/timeout': '--timeout',
  '/rate': '--rate',
  '/batch_size': '--batch-size',
  '/batch_size/min': '--batch-size',
  '/batch_size/max': '--batch-size',
};

/** The problems of `act` under the names of the options. */
export async function inOptions<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (failure) {
    if (!(failure instanceof UserError) || failure.problems.length === 0) throw failure;
    const lines = failure.problems.map(({ path, message }) => `${OPTION_AT[path] ?? path} ${message}`.trim());
    throw new UserError(lines.join('\n'), failure.problems);
  }
}
