/** `evergen ingest`: a receiver of events for tests of whatever sends them, which can be told to misbehave. */
import { InvalidArgumentError, type Command } from 'commander';
import { dirname, resolve } from 'node:path';
import { codeOf } from '../sinks/disk/files';
import { parseDuration } from '../spec/durations';
import { UserError } from '../spec/failures';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { counted } from '../figures';
import { Book, NotABook } from './ingest/book';
import { Misbehaviour, readShare, type Shares } from './ingest/misbehaviour';
import { openReceiver, type Receiver, type ReceiverOptions } from './ingest/receiver';

interface Options {
  port: number;
  host?: string;
  out?: string;
  fail: Map<string, number>;
  retryAfter: number;
  slowBy: number;
  seed: number;
}

const EXAMPLES = `
Examples:
  evergen ingest --port 9000 --out received.jsonl
  evergen ingest --port 9000 --fail 429=0.1 --fail 500=0.1 --fail reset=0.05 --fail hang=0.05
  curl http://127.0.0.1:9000/stats`;

export function ingest(program: Command, context: Context): void {
  program
    .command('ingest')
    .description('receive events by POST, number them, know repeated keys; misbehave on request')
    .requiredOption('--port <n>', 'port to listen on; 0 takes a free one and prints it', whole(65_535))
    .option('--host <address>', 'address to listen on; default: loopback only')
    .option('--out <file>', 'keep what was received as JSON lines; a receiver started again over it knows its keys')
    .option(
      '--fail <kind=share>',
      'share of requests to fail: a status from 400 to 599, slow, reset or hang; may be repeated',
      share,
      new Map(),
    )
    .option('--retry-after <seconds>', 'what 429 and 503 ask for', whole(86_400), 1)
    .option('--slow-by <duration>', 'how long a slow answer takes', milliseconds, 1000)
    .option('--seed <n>', 'which requests fail: the same number, the same ones', whole(0xffff_ffff), 1)
    .addHelpText('after', EXAMPLES)
    .action(async ({ port, host, out, fail, retryAfter, slowBy, seed }: Options) => {
      const book = await openBook(out === undefined ? null : resolve(context.folder, out));
      const options = { book, misbehaviour: new Misbehaviour(fail, seed), retryAfter, slowByMs: slowBy };
      const interrupted = new Promise<void>((done) => context.onInterrupt(() => done()));
      const receiver = await listening(options, host, port).catch(async (failure: unknown) => {
        await book.close();
        throw failure;
      });
      context.out(`receiving at http://${host ?? '127.0.0.1'}:${String(receiver.port)}, GET /stats${misbehaves(fail)}`);
      if (book.count > 0) context.say(`${counted(book.count, 'event')} in ${out ?? ''} already`);
      await interrupted;
      const { accepted, requests, duplicates } = receiver.stats();
      await receiver.close();
      context.say(`${counted(accepted, 'event')} taken; ${counted(requests, 'request')}, ${counted(duplicates, 'duplicate')}`);
      throw new Ending(EXIT.interrupted);
    });
}

async function openBook(path: string | null): Promise<Book> {
  try {
    return await Book.open(path);
  } catch (error) {
    if (error instanceof NotABook) throw new UserError(`${error.message}: name another file with --out`);
    if (codeOf(error) === 'ENOENT') throw new UserError(`--out: there is no folder ${dirname(path ?? '')}`);
    if (['EACCES', 'EISDIR', 'EROFS', 'ENOTDIR'].includes(codeOf(error))) throw new UserError(`--out: ${path ?? ''} cannot be written`);
    throw error;
  }
}

async function listening(options: ReceiverOptions, host: string | undefined, port: number): Promise<Receiver> {
  try {
    return await openReceiver(options, host === undefined ? ['127.0.0.1', '::1'] : [host], port);
  } catch (error) {
    // No IPv6 on this machine.
    if (host === undefined && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error))) return listening(options, '127.0.0.1', port);
    if (codeOf(error) === 'EADDRINUSE')
      throw new UserError(`port ${String(port)} is taken: choose another with --port, or 0 for a free one`);
    if (codeOf(error) === 'EACCES') throw new UserError(`port ${String(port)} may not be used by this user: choose one above 1023`);
    if (['EADDRNOTAVAIL', 'ENOTFOUND'].includes(codeOf(error)))
      throw new UserError(`--host ${host ?? ''} is not an address of this machine`);
    throw error;
  }
}

const misbehaves = (shares: Shares): string =>
  shares.size === 0 ? '' : `; on purpose: ${[...shares].map(([name, share]) => `${name} ${String(share * 100)} %`).join(', ')}`;

function share(text: string, before: Map<string, number>): Map<string, number> {
  const read = readShare(text);
  if (typeof read === 'string') throw new InvalidArgumentError(`It ${read}.`);
  const shares = new Map(before).set(read.name, read.share);
  const sum = [...shares.values()].reduce((a, b) => a + b, 0);
  if (sum > 1 + 1e-9) throw new InvalidArgumentError('All shares together are more than 1.');
  return shares;
}

function milliseconds(text: string): number {
  const us = parseDuration(text);
  if (us === undefined || us > 600_000_000) throw new InvalidArgumentError('Must be a duration up to 10 minutes, such as 500ms or 2s.');
  return us / 1000;
}

const whole = (most: number) => (text: string) => {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most) throw new InvalidArgumentError(`Must be a whole number from 0 to ${String(most)}.`);
  return Number(text);
};
