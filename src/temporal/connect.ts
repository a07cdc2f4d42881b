/** Connections to Temporal, for clients and for workers, from the environment; and what a namespace must have. */
import { readFileSync } from 'node:fs';
import { Connection } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import type { Environment } from '../config/env';
import { UserError } from '../spec/failures';

export interface TemporalSettings {
  /** host:port */
  address: string;
  namespace: string;
  /** What both kinds of connection take. */
  options: Pick<NativeConnectionOptions, 'address' | 'tls' | 'apiKey'> & { address: string };
}

type Named = Pick<Environment, 'TEMPORAL_NAMESPACE'> & Partial<Environment>;

/**
 * @param address where the server is, when TEMPORAL_ADDRESS does not say
 * @throws UserError naming the variable when a certificate or key cannot be read
 */
export function temporalSettings(environment: Named, address = environment.TEMPORAL_ADDRESS ?? '127.0.0.1:7233'): TemporalSettings {
  const apiKey = environment.TEMPORAL_API_KEY;
  const tls = tlsOf(environment);
  return {
    address,
    namespace: environment.TEMPORAL_NAMESPACE,
    options: { address, ...(tls === undefined ? {} : { tls }), ...(apiKey === undefined ? {} : { apiKey }) },
  };
}

function tlsOf(environment: Named): NativeConnectionOptions['tls'] | undefined {
  const ca = pem(environment, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  const crt = pem(environment, 'TEMPORAL_TLS_CLIENT_CERT_PATH');
  const key = pem(environment, 'TEMPORAL_TLS_CLIENT_KEY_PATH');
  const serverName = environment.TEMPORAL_TLS_SERVER_NAME;
  const details = {
    ...(ca === undefined ? {} : { serverRootCACertificate: ca }),
    ...(crt === undefined || key === undefined ? {} : { clientCertPair: { crt, key } }),
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
  };
  if (environment.TEMPORAL_TLS === 'false') return undefined;
  if (Object.keys(details).length > 0) return details;
  return environment.TEMPORAL_TLS === 'true' || environment.TEMPORAL_API_KEY !== undefined ? true : undefined;
}

type PemVariable = 'TEMPORAL_TLS_SERVER_CA_CERT_PATH' | 'TEMPORAL_TLS_CLIENT_CERT_PATH' | 'TEMPORAL_TLS_CLIENT_KEY_PATH';

function pem(environment: Named, name: PemVariable): Buffer | undefined {
  const path = environment[name];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new UserError(`${name}: ${message}`, [{ path: name, message }]);
  }
}

/** A client's connection that is made at its first call: a server that is away shows there, within the deadline of that call. */
export const connectClient = ({ options }: TemporalSettings): Connection => Connection.lazy(options);

/**
 * A worker's connection. A server that is not there yet is waited for, up to `patienceMs`.
 * @throws the last error when the time is over
 */
export async function connectWorker({ options }: TemporalSettings, patienceMs = 60_000): Promise<NativeConnection> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (Date.now() >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
