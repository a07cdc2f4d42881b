/** Ports of this machine: whether one can be had, and a free one. */
import { createServer } from 'node:net';

/** What listening there would say: `free`, `taken`, `refused` (a port that needs privileges) or `absent` (no such address here, no IPv6). */
export type PortState = 'free' | 'taken' | 'refused' | 'absent';

/** @param port 1-65535, or 0 for any */
export async function portState(host: string, port: number): Promise<PortState> {
  const { code } = await listen(host, port);
  if (code === undefined) return 'free';
  if (code === 'EADDRINUSE') return 'taken';
  return code === 'EACCES' ? 'refused' : 'absent';
}

/** A port that was free a moment ago; who needs it for certain must be ready to ask again. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const { port, code } = await listen(host, 0);
  if (port === undefined) throw new Error(`no free port on ${host}: ${String(code)}`);
  return port;
}

const listen = (host: string, port: number): Promise<{ port?: number; code?: string }> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message }));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? { port: address.port } : { code: 'no address' }));
    });
  });
