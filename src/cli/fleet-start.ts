/** `up` starts the fleet generator where a configuration of it is there. */
import type { Environment } from '../config/env';
import { findFleetConfig } from '../config/fleet-config';
import { fleetAtStart } from '../jobs/fleet';
import type { StackJobs } from '../jobs/standby';
import { temporalJobs } from '../jobs/temporal-jobs';
import { companiesAreWhole } from '../sinks/folders';
import { ensureNamespace } from '../temporal/namespace';
import type { Context } from './context';
import { programVersion } from './program';

/**
 * Reads the configuration now, before anything is started.
 * @returns what is to be done when all parts are ready, before other jobs go on
 * @throws UserError when the configuration is not valid
 */
export function fleetStarter(environment: Environment, context: Context): (stack: StackJobs) => Promise<void> {
  const { DATA_DIR: dataDir, FLEET_CONFIG: named } = environment;
  const config = findFleetConfig(named, context.folder);
  if (config === null) return () => Promise.resolve();
  return async ({ connection, namespace }) => {
    const jobs = temporalJobs({ connection, namespace, prepare: () => ensureNamespace(connection, namespace, 1500), dataDir });
    const deps = { jobs, version: programVersion(), now: () => new Date() };
    await fleetAtStart(deps, config, () => companiesAreWhole(dataDir)).catch((failure: unknown) => {
      context.say(`the fleet generator could not be started: ${failure instanceof Error ? failure.message : String(failure)}`);
    });
  };
}
