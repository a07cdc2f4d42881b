/** A server of a test's own, which answers as it is told. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { atEnd } from './cleanup';

/** @returns its address, without a slash at the end; it is gone with the test */
export async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => {
    server.closeAllConnections();
    return promisify(server.close.bind(server))();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
