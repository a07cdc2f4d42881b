/** The environment, read once by a composition root, checked as a whole. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'dotenv';
import type { z } from 'zod';
import { UserError, type Problem } from '../spec/failures';
import { nearMisses } from './near-miss';
import { variables } from './variables';

/** DATA_DIR is absolute; a port is a number (0: a free one) or null (off). */
export type Environment = z.output<typeof variables>;
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * @param given the process's variables; an empty one counts as not set
 * @param folder the working directory: its `.env` fills in what is not set, and DATA_DIR is relative to it
 * @throws UserError with every problem at once, each under the variable's name
 */
export function readEnvironment(given: Variables, folder: string): Environment {
  return parseEnvironment(readVariables(given, folder), folder);
}

/** All that is set, by the process or by `.env`, under any name: sinks look up names that a specification chooses (HTTP_<TARGET>_URL). */
export const readVariables = (given: Variables, folder: string): Record<string, string> => ({
  ...readDotenv(folder),
  ...withoutEmpty(given),
});

/** As `readEnvironment`, without a look at the disk. */
export function parseEnvironment(given: Variables, folder: string): Environment {
  const set = withoutEmpty(given);
  const result = variables.safeParse(set);
  const problems: Problem[] = nearMisses(set);
  if (!result.success) {
    problems.push(...result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
    throw environmentError(problems);
  }
  const environment = { ...result.data, DATA_DIR: resolve(folder, result.data.DATA_DIR) };
  problems.push(...contradictions(environment));
  if (problems.length > 0) throw environmentError(problems);
  return environment;
}

/** One line a problem, `EVERGEN_PORT: must be …`. */
const environmentError = (problems: readonly Problem[]): UserError =>
  new UserError(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'), problems);

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

function contradictions(environment: Environment): Problem[] {
  const problems: Problem[] = [];
  const { EVERGEN_HOST: host, EVERGEN_TOKEN: token, EVERGEN_AUTH: auth } = environment;
  if (host !== undefined && !isLoopback(host) && token === undefined && auth !== 'none') {
    problems.push({
      path: 'EVERGEN_HOST',
      message: `${host} can be reached from outside: set EVERGEN_TOKEN, or say EVERGEN_AUTH=none to do without`,
    });
  }
  if (auth === 'token' && token === undefined) problems.push({ path: 'EVERGEN_AUTH', message: 'says token, but EVERGEN_TOKEN is not set' });
  if (auth === 'none' && token !== undefined) problems.push({ path: 'EVERGEN_AUTH', message: 'says none, but EVERGEN_TOKEN is set' });
  const { TEMPORAL_TLS_CLIENT_CERT_PATH: certificate, TEMPORAL_TLS_CLIENT_KEY_PATH: key } = environment;
  if ((certificate === undefined) !== (key === undefined)) {
    problems.push({
      path: certificate === undefined ? 'TEMPORAL_TLS_CLIENT_CERT_PATH' : 'TEMPORAL_TLS_CLIENT_KEY_PATH',
      message: 'is missing: a client certificate and its key are set together',
    });
  }
  return problems.concat(samePorts(environment));
}

function samePorts(environment: Environment): Problem[] {
  const seen = new Map<number, string>();
  const own = environment.TEMPORAL_ADDRESS === undefined ? (['TEMPORAL_PORT', 'TEMPORAL_UI_PORT'] as const) : [];
  return (['EVERGEN_PORT', 'CRISIS_PORT', 'FLEET_PORT', ...own] as const).flatMap((name) => {
    const port = environment[name];
    if (port === null || port === 0) return [];
    const other = seen.get(port);
    if (other !== undefined) return [{ path: name, message: `is ${port}, and so is ${other}: each needs a port of its own` }];
    seen.set(port, name);
    return [];
  });
}

const withoutEmpty = (given: Variables): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));

function readDotenv(folder: string): Record<string, string> {
  const file = join(folder, '.env');
  try {
    return parse(readFileSync(file));
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return {};
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
