/** The kinds of parts, as `keep` wants them. */
import { join } from 'node:path';
import type { Environment, Variables } from '../../config/env';
import { startBroker } from '../../kafka-broker/broker';
import { findKafka, KAFKA_VERSIONS } from '../../kafka-broker/jars';
import { findCli } from '../../temporal/cli-binary';
import { startDevServer } from '../../temporal/dev-server';
import { startNodePart, type NodeProgram } from './node-part';
import { abortion, type Part } from './part';

type Addresses = Readonly<Record<string, string>>;

export interface TemporalStarter {
  start(signal: AbortSignal): Promise<Part>;
  /** Where it serves, once it has been started. */
  where(): { address: string; ui_url: string | null };
}

/** Temporal's database: DATA_DIR/temporal.db. */
const databaseFile = (dataDir: string): string => join(dataDir, 'temporal.db');

export interface ServerWishes {
  environment: Environment;
  variables: Variables;
  say(line: string): void;
  onLine(line: string, from: 'stdout' | 'stderr'): void;
  onSpawn(pid: number): void;
}

/** Each start takes the ports of the one before, so that everybody who knows the address finds it again. */
export function temporalStarter({ environment, variables, say, onLine, onSpawn }: ServerWishes): TemporalStarter {
  let [port, uiPort] = [environment.TEMPORAL_PORT ?? 0, environment.TEMPORAL_UI_PORT];
  let place: { address: string; ui_url: string | null } = { address: '', ui_url: null };
  const start = async (signal: AbortSignal): Promise<Part> => {
    // Finding it may be a build of minutes: Ctrl-C does not wait for that.
    const binary = await Promise.race([findCli({ variables, say }), abortion(signal)]);
    const server = await startDevServer({
      binary,
      databaseFile: databaseFile(environment.DATA_DIR),
      namespace: environment.TEMPORAL_NAMESPACE,
      port,
      uiPort,
      onLine,
      onSpawn,
    });
    [port, uiPort] = [server.port, server.uiPort];
    place = { address: server.address, ui_url: server.uiUrl };
    return { pid: server.pid, addresses: {}, exited: server.exited, stop: server.stop };
  };
  return { start, where: () => place };
}

export interface KafkaStarter {
  start(signal: AbortSignal): Promise<Part>;
  /** host:port, once it has been started. */
  bootstrap(): string;
}

/** A broker of our own, its data in DATA_DIR/kafka. */
export function kafkaStarter({ environment, variables, say, onLine, onSpawn }: ServerWishes): KafkaStarter {
  let port = environment.KAFKA_PORT ?? 0;
  let bootstrap = '';
  const start = async (signal: AbortSignal): Promise<Part> => {
    const jars = await Promise.race([findKafka(KAFKA_VERSIONS[0], { variables, say }), abortion(signal)]);
    const broker = await startBroker({ jars, dataDir: join(environment.DATA_DIR, 'kafka'), port, onLine, onSpawn });
    port = broker.port;
    bootstrap = broker.address;
    return { pid: broker.pid, addresses: {}, exited: broker.exited, stop: broker.stop };
  };
  return { start, bootstrap: () => bootstrap };
}

/** Which address the facade reports is which port of the environment. */
const PORT_OF: Readonly<Record<string, string>> = { api: 'EVERGEN_PORT', crisis: 'CRISIS_PORT', fleet: 'FLEET_PORT' };

/** The facade; a port that was 0 keeps the number that the first start was given. */
export function facadeStarter(program: NodeProgram): (signal: AbortSignal) => Promise<Part> {
  let fixed: Record<string, string> = {};
  return async (signal) => {
    const part = await startNodePart({ ...program, variables: { ...program.variables, ...fixed } }, signal);
    fixed = portsOf(part.addresses);
    return part;
  };
}

const portsOf = (addresses: Addresses): Record<string, string> =>
  Object.fromEntries(
    Object.entries(addresses).flatMap(([name, address]) => {
      const variable = PORT_OF[name];
      const port = URL.canParse(address) ? new URL(address).port : '';
      return variable === undefined || port === '' ? [] : [[variable, port]];
    }),
  );
