/** Ports for Temporal's services. Its table `cluster_membership` keeps them as PostgreSQL's smallint: 32,767 is the highest that a server gets up with. */
import { portState } from '../../src/temporal/free-port';

/** Below what systems give to outgoing connections, so that none takes one between a kill and the next start. */
const [FROM, UNTIL] = [20_000, 32_768] as const;

/** Different ones, each free a moment ago. */
export async function lowPorts(n: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < n) {
    const port = FROM + Math.floor(Math.random() * (UNTIL - FROM));
    if ((await portState('127.0.0.1', port)) === 'free') found.add(port);
  }
  return [...found];
}
