/** The fleet's configuration file: where it is, what may be in it, and the job that it describes. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { fleetKeys, fleetOptions, numbersOf } from '../scenarios/fleet/options';
import { formatDuration } from '../spec/durations';
import { faultList, wireFaults } from '../spec/faults';
import { check, UserError, type Problem } from '../spec/failures';
import { parseJobSpec, seed, type JobSpec } from '../spec/job-spec';
import { loadText } from '../spec/load';
import { instant } from '../spec/pace';
import { packageRoot } from './package-root';

const FLEET_JOB = 'fleet';

/** Looked for in the working directory, the first one that is there, where FLEET_CONFIG names none. */
const PLACES = ['src/config/config.active.yaml', 'src/generators/config.yaml'];

const fleetConfig = z.strictObject({
  seed: seed.optional().describe('Default: one that the status shows.'),
  start: instant.optional().describe('Due time of the first batches (RFC 3339), for the same bytes again; default: now.'),
  ...fleetKeys,
  quality_injection: z
    .strictObject({
      enabled: z.boolean().default(false),
      corruption_rate: z.number().min(0).max(1).default(0.3).describe('Share of the driver events that are corrupted, 0 to 1.'),
      faults: faultList,
    })
    .prefault({}),
});

export interface FleetConfig {
  mode: 'production' | 'emulated';
  /** ISO 8601. */
  companyInterval: string;
  driverInterval: string;
  /** @param firstCompany above 1 where the companies of an earlier run are kept */
  spec(firstCompany: number): JobSpec;
}

/**
 * The configuration that a start in this folder goes by; null: there is none.
 * @param named FLEET_CONFIG
 * @throws UserError when it cannot be read or is not valid
 */
export function findFleetConfig(named: string | undefined, folder: string): FleetConfig | null {
  if (named !== undefined) return readFleetConfig(resolve(folder, named), folder);
  const found = PLACES.map((place) => join(folder, place)).find(existsSync);
  return found === undefined ? null : readFleetConfig(found, folder);
}

/** What a resume starts where there is no configuration. */
export const baseFleetConfig = (folder: string): FleetConfig => readFleetConfig(join(packageRoot(), 'src/config/config.base.yaml'), folder);

/** @throws UserError with a line for each problem: `Config validation failed: Emulated interval must be >= 1 second, got PT0.5S (config.yaml:14:27 emulated_mode.company_batch_interval)` */
export function readFleetConfig(file: string, folder: string): FleetConfig {
  const shown = relative(folder, file).startsWith('..') ? file : relative(folder, file);
  try {
    return loadText(textOf(file), shown, parseFleetConfig);
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    const problems = failure.problems.length > 0 ? failure.problems : [{ path: '', message: failure.message }];
    throw new UserError(problems.map((problem) => `Config validation failed: ${line(problem, shown)}`).join('\n'), problems);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    throw new UserError(code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${String(cause)}`);
  }
}

function parseFleetConfig(input: unknown): FleetConfig {
  const { seed: given, start, quality_injection: injection, ...chosen } = check(fleetConfig, input, 'the configuration');
  const named = (firstCompany: number): JobSpec => {
    const options = { ...chosen, first_company: firstCompany };
    return parseJobSpec({
      id: FLEET_JOB,
      ...(given === undefined ? {} : { seed: given }),
      scenario: { name: 'fleet', ...options },
      load: { ...(start === undefined ? {} : { start }), on_pause: 'hold', on_lag: 'catch_up' },
      sink: { name: 'folders', mode },
      ...(injection.enabled
        ? { quality: { corruption_rate: injection.corruption_rate, ...(injection.faults && { faults: wireFaults(injection.faults) }) } }
        : {}),
    });
  };
  const { mode, companyUs, driverUs } = numbersOf(check(fleetOptions, chosen, 'the configuration'));
  const config = { mode, companyInterval: formatDuration(companyUs), driverInterval: formatDuration(driverUs), spec: named };
  // Whether the faults fit the fleet's events is looked at by the specification: now, not at the start.
  asConfigProblems(() => config.spec(1));
  return config;
}

/** What the specification finds wrong, under the keys of the configuration. */
function asConfigProblems(work: () => unknown): void {
  try {
    work();
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    const problems = failure.problems.map(({ path, message }) => ({ path: path.replace(/^\/quality/, '/quality_injection'), message }));
    throw new UserError(failure.message, problems);
  }
}

/** `number_of_companies must be … (config.yaml:3:22)`; a sentence that stands by itself keeps the key for the end. */
function line({ path, message }: Problem, file: string): string {
  const [, said = message, row, column] = /^(.*) \(line (\d+), column (\d+)\)$/s.exec(message) ?? [];
  const place = row === undefined || column === undefined ? file : `${file}:${row}:${column}`;
  const key = path.slice(1).replaceAll('/', '.');
  return /^[A-Z]/.test(said) && key !== '' ? `${said} (${place} ${key})` : `${key === '' ? '' : `${key} `}${said} (${place})`;
}
