/** The server's configuration: that of the module's `config/development-postgres12.yaml`, with ports and password of its own. */
import type { Postgres } from './postgres';

/** Each database and the name of its tables' definition, which is compiled into `sql`. */
export const DATABASES = { temporal: 'postgresql/v12/temporal', temporal_visibility: 'postgresql/v12/visibility' } as const;

export const HISTORY_SHARDS = 4;

interface Ports {
  grpc: number;
  membership: number;
}
export type ServicePorts = Readonly<Record<'frontend' | 'history' | 'matching' | 'worker', Ports>>;

const HOST = '127.0.0.1';

export function serverConfig({ host, port, user, password }: Postgres, ports: ServicePorts, dynamicConfig: string) {
  const store = (databaseName: string, connections: number) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, connectAddr: `${host}:${String(port)}`, connectProtocol: 'tcp', user, password },
      ...{ maxConns: connections, maxIdleConns: connections, maxConnLifetime: '1h' },
    },
  });
  const off = { state: 'disabled' };
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { default: store('temporal', 20), visibility: store('temporal_visibility', 2) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: HOST } },
    services: Object.fromEntries(
      Object.entries(ports).map(([name, { grpc, membership }]) => [
        name,
        { rpc: { grpcPort: grpc, membershipPort: membership, bindOnLocalHost: true } },
      ]),
    ),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `${HOST}:${String(ports.frontend.grpc)}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    archival: { history: off, visibility: off },
    namespaceDefaults: { archival: { history: { ...off, URI: '' }, visibility: { ...off, URI: '' } } },
    dynamicConfigClient: { filepath: dynamicConfig, pollInterval: '60s' },
  };
}
