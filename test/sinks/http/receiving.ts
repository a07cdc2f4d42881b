/** A receiver for tests, as `evergen ingest` runs one, and what it has taken. Closed after the test. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Book } from '../../../src/cli/ingest/book';
import { Misbehaviour } from '../../../src/cli/ingest/misbehaviour';
import { openReceiver, type Receiver } from '../../../src/cli/ingest/receiver';
import type { PartAddress } from '../../../src/sinks/sink';
import { tempFolder } from '../temp-folder';

export interface Received {
  sequenceNumber: number;
  key: string;
  stream?: string;
  event: unknown;
}

export interface Receiving extends Receiver {
  readonly url: string;
  received(): Promise<Received[]>;
}

const open: Receiver[] = [];
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close();
});

export interface Wishes {
  fail?: Record<string, number>;
  seed?: number;
  retryAfter?: number;
  slowByMs?: number;
  file?: string;
  port?: number;
}

export async function receiving({ fail = {}, seed = 1, retryAfter = 0, slowByMs = 50, file, port = 0 }: Wishes = {}): Promise<Receiving> {
  const path = file ?? join(await tempFolder(), 'received.jsonl');
  const misbehaviour = new Misbehaviour(new Map(Object.entries(fail)), seed);
  const receiver = await openReceiver({ book: await Book.open(path), misbehaviour, retryAfter, slowByMs }, ['127.0.0.1'], port);
  open.push(receiver);
  return { ...receiver, url: `http://127.0.0.1:${String(receiver.port)}/ingest`, received: () => linesOf(path) };
}

async function linesOf(path: string): Promise<Received[]> {
  const text = await readFile(path, 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Received]));
}

/** The events of a part in their order, as the lines that they are on disk. */
export function eventsOf(lines: readonly Received[], { job, run, stream, shard, shards }: PartAddress): string {
  const prefix = `${job}/${run}/${stream}/`;
  return lines
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, event }) => ({ at: key.slice(prefix.length).split('/').map(Number), event }))
    .filter(({ at: [batch = 0] }) => batch % shards === shard)
    .sort(({ at: a }, { at: b }) => a[0]! - b[0]! || a[1]! - b[1]!)
    .map(({ event }) => `${JSON.stringify(event)}\n`)
    .join('');
}
