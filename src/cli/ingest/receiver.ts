/** The receiver itself: takes events by POST on any path, numbers them, and tells a repeated key by its number. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Book } from './book';
import type { Fault, Misbehaviour } from './misbehaviour';

export interface ReceiverOptions {
  book: Book;
  misbehaviour: Misbehaviour;
  /** What `Retry-After` says with 429 and 503, seconds. */
  retryAfter: number;
  slowByMs: number;
}

export interface Stats {
  /** POSTs seen, whatever became of them. */
  requests: number;
  /** Taken under a new key (or without one), those of earlier processes over the same file included. */
  accepted: number;
  duplicates: number;
  /** Bodies that were not JSON. */
  refused: number;
  /** Requests that met a misbehaviour, by its kind. */
  misbehaved: Record<string, number>;
}

export interface Receiver {
  readonly port: number;
  stats(): Stats;
  close(): Promise<void>;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** @param hosts listens on each of them, at the same port. @throws the system's error where that is not possible */
export async function openReceiver(options: ReceiverOptions, hosts: readonly string[], port: number): Promise<Receiver> {
  const seen = { requests: 0, duplicates: 0, refused: 0, misbehaved: {} as Record<string, number> };
  const stats = (): Stats => ({ ...seen, accepted: options.book.count });

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    seen.requests++;
    const met = options.misbehaviour.next();
    if (met !== null) seen.misbehaved[met.name] = (seen.misbehaved[met.name] ?? 0) + 1;
    const body = await bodyOf(request);
    const fault = met?.fault ?? null;
    if (fault !== null && !survives(fault)) return misbehave(fault, response);
    if (fault?.kind === 'slow') await sleep(options.slowByMs);
    if (body === null || !isJson(body)) {
      seen.refused++;
      return answer(response, body === null ? 413 : 400, { error: body === null ? 'the body is too long' : 'the body is not JSON' });
    }
    const key = request.headers['idempotency-key'];
    const stream = request.headers['evergen-stream'];
    const told = stream === undefined ? '' : `"stream":${JSON.stringify(stream)},`;
    const taken = await options.book.take(typeof key === 'string' ? key : null, `${told}"event":${body}`);
    if (taken.duplicate) seen.duplicates++;
    if (fault !== null && fault.kind !== 'slow') return misbehave(fault, response);
    answer(response, 200, taken.duplicate ? { ...taken } : { sequenceNumber: taken.sequenceNumber });
  }

  function misbehave(fault: Fault, response: ServerResponse): void {
    if (fault.kind === 'reset') response.socket?.resetAndDestroy();
    if (fault.kind !== 'status') return;
    if (fault.status === 429 || fault.status === 503) response.setHeader('retry-after', options.retryAfter);
    answer(response, fault.status, { error: `status ${String(fault.status)}, on purpose` });
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === 'POST') {
      take(request, response).catch((error: unknown) => {
        answer(response, 500, { error: error instanceof Error ? error.message : String(error) });
      });
    } else if (request.method === 'GET' && request.url === '/stats') answer(response, 200, stats());
    else answer(response, request.method === 'GET' ? 404 : 405, { error: 'POST events to any path, GET /stats' });
  };

  const servers: Server[] = [];
  try {
    for (const host of hosts) servers.push(await listen(handle, host, servers[0] === undefined ? port : portOf(servers[0])));
  } catch (failure) {
    for (const server of servers) server.close();
    throw failure;
  }
  const [first] = servers;
  if (first === undefined) throw new Error('a receiver listens somewhere');
  return {
    port: portOf(first),
    stats,
    close: async () => {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
      await options.book.close();
    },
  };
}

/** Whether the event is taken before the misbehaviour strikes. */
const survives = (fault: Fault): boolean => fault.kind === 'slow' || (fault.kind !== 'status' && fault.taken);

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  // One line of the file: what is not JSON is refused anyway.
  return bytes > MOST_BYTES
    ? null
    : Buffer.concat(chunks)
        .toString()
        .replaceAll(/[\r\n]+/g, ' ');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

const listen = (handle: (request: IncomingMessage, response: ServerResponse) => void, host: string, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, handle);
    server.once('error', reject);
    server.listen({ host, port }, () => {
      resolve(server);
    });
  });

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
