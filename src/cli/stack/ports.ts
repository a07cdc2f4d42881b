/** Ports that are taken: found before anything is started, all of them at once. */
import type { Environment } from '../../config/env';
import { UserError, type Problem } from '../../spec/failures';
import { portState, type PortState } from '../../temporal/free-port';

export type Asks = (host: string, port: number) => Promise<PortState>;

/** The ports on which the facade listens. */
const FACADE_PORTS = ['EVERGEN_PORT', 'CRISIS_PORT', 'FLEET_PORT'] as const;
const LOOPBACK = ['127.0.0.1', '::1'];

/** @throws UserError, one line a port, with the variable and the way out */
export async function requirePorts(
  environment: Environment,
  parts: { facade: boolean; kafka: boolean },
  ask: Asks = portState,
): Promise<void> {
  const hosts = environment.EVERGEN_HOST === undefined ? LOOPBACK : [environment.EVERGEN_HOST];
  const facade = FACADE_PORTS.map((name) => ({ name, hosts, off: true }));
  const temporal = [
    { name: 'TEMPORAL_PORT' as const, hosts: ['127.0.0.1'], off: false },
    { name: 'TEMPORAL_UI_PORT' as const, hosts: ['127.0.0.1'], off: true },
  ];
  const kafka = [{ name: 'KAFKA_PORT' as const, hosts: ['127.0.0.1'], off: false }];
  const wanted = [
    ...(parts.facade ? facade : []),
    ...(environment.TEMPORAL_ADDRESS === undefined ? temporal : []),
    ...(parts.kafka ? kafka : []),
  ];
  const found = await Promise.all(
    wanted.map(async ({ name, hosts, off }): Promise<Problem[]> => {
      const port = environment[name];
      if (port === null || port === 0) return [];
      const states = await Promise.all(hosts.map((host) => ask(host, port)));
      const wayOut = `set ${name} to another port${off ? ', to 0 (a free one) or to off' : ', or to 0 (a free one)'}`;
      if (states.includes('taken')) return [{ path: name, message: `port ${port} is taken by another program; ${wayOut}` }];
      if (states.includes('refused')) return [{ path: name, message: `port ${port} needs privileges that this user lacks; ${wayOut}` }];
      return [];
    }),
  );
  const problems = found.flat();
  if (problems.length > 0) throw new UserError(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'), problems);
}
