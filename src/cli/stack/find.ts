/** How commands find a running stack: by the environment, else by what `up` left in DATA_DIR. */
import type { Environment } from '../../config/env';
import { temporalSettings, type TemporalSettings } from '../../temporal/connect';
import { EXIT, Ending } from '../exit';
import { runningStack } from './record';

export interface FoundStack {
  temporal: TemporalSettings;
  /** Where the Web UI is; null: not known. */
  uiUrl: string | null;
  /** host:port of a Kafka broker: KAFKA_BOOTSTRAP, else the one that belongs to the stack; null: none. */
  kafka: string | null;
  /** Addresses by name (api, crisis, …); empty for a cluster named by TEMPORAL_ADDRESS without an `up` here. */
  addresses: Readonly<Record<string, string>>;
}

/** @returns null when there is neither TEMPORAL_ADDRESS nor a stack that is up */
export function lookForStack(environment: Environment): FoundStack | null {
  const record = runningStack(environment.DATA_DIR);
  const address = environment.TEMPORAL_ADDRESS ?? record?.temporal?.address;
  if (address === undefined) return null;
  return {
    temporal: temporalSettings(environment, address),
    uiUrl: environment.TEMPORAL_UI_URL ?? (environment.TEMPORAL_ADDRESS === undefined ? (record?.temporal?.ui_url ?? null) : null),
    kafka: kafkaOf(environment),
    addresses: record?.addresses ?? {},
  };
}

/** host:port of the brokers, for commands that read them themselves; null: not known. */
export const kafkaOf = (environment: Environment): string | null =>
  environment.KAFKA_BOOTSTRAP ?? runningStack(environment.DATA_DIR)?.kafka ?? null;

/** @throws Ending with code 3 when no stack is running */
export function findStack(environment: Environment): FoundStack {
  const found = lookForStack(environment);
  if (found === null) throw new Ending(EXIT.failed, `no stack is running in ${environment.DATA_DIR}: evergen up`);
  return found;
}
