/** `evergen ingest`: a receiver of events for tests of whatever sends them, which can be told to misbehave. */
import type { Command } from 'commander';
import { dirname, resolve } from 'node:path';
import { codeOf } from '../sinks/disk/files';
import { formatDuration, parseDuration } from '../spec/durations';
import { UserError } from '../spec/failures';
import type { Context } from './context';
import { EXIT, Ending } from './exit';
import { counted } from '../figures';
import { Book, NotABook } from './ingest/book';
import { Misbehaviour, readShare, type Shares } from './ingest/misbehaviour';
import { openReceiver, type Receiver, type ReceiverOptions } from './ingest/receiver';
import { Problems } from './problems';

/** As text; `asked` reads them. */
interface Options {
  port?: string;
  host?: string;
  out?: string;
  fail?: string[];
  retryAfter: string;
  slowBy: string;
  seed: string;
}

interface Asked {
  port: number;
  shares: Shares;
  retryAfter: number;
  slowByMs: number;
  seed: number;
}

const MOST_SLOW_US = 600_000_000;

const EXAMPLES = `
Examples:
  evergen ingest --port 9000 --out received.jsonl
  evergen ingest --port 9000 --fail 429=0.1 --fail 500=0.1 --fail reset=0.05 --fail hang=0.05
  curl http://127.0.0.1:9000/stats`;

export function ingest(program: Command, context: Context): void {
  program
    .command('ingest')
    .description('receive events by POST, number them, know repeated keys; misbehave on request')
    .option('--port <n>', 'port to listen on; 0 takes a free one and prints it')
    .option('--host <address>', 'address to listen on; default: loopback only')
    .option('--out <file>', 'keep what was received as JSON lines; a receiver started again over it knows its keys')
    .option(
      '--fail <kind=share>',
      'share of requests to fail: a status from 400 to 599, slow, reset or hang; may be repeated',
      (text, before: string[] | undefined) => [...(before ?? []), text],
    )
    .option('--retry-after <seconds>', 'what 429 and 503 ask for', '1')
    .option('--slow-by <duration>', 'how long a slow answer takes', '1s')
    .option('--seed <n>', 'which requests fail: the same number, the same ones', '1')
    .addHelpText('after', EXAMPLES)
    .action(async ({ host, out, ...options }: Options) => {
      const { port, shares, retryAfter, slowByMs, seed } = asked(options);
      const book = await openBook(out === undefined ? null : resolve(context.folder, out));
      const receiving = { book, misbehaviour: new Misbehaviour(shares, seed), retryAfter, slowByMs };
      const interrupted = new Promise<void>((done) => context.onInterrupt(() => done()));
      const receiver = await listening(receiving, host, port).catch(async (failure: unknown) => {
        await book.close();
        throw failure;
      });
      context.out(`receiving at http://${host ?? '127.0.0.1'}:${String(receiver.port)}, GET /stats${misbehaves(shares)}`);
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

/** @throws UserError with every problem */
function asked({ port, fail = [], retryAfter, slowBy, seed }: Omit<Options, 'host' | 'out'>): Asked {
  const problems = new Problems();
  if (port === undefined) problems.say('--port', 'is missing: the port to listen on, 0 for a free one');
  const slowByUs = parseDuration(slowBy);
  if (slowByUs === undefined || slowByUs > MOST_SLOW_US)
    problems.say(
      '--slow-by',
      `must be a duration up to ${formatDuration(MOST_SLOW_US)}, such as 500ms or 2s, got ${JSON.stringify(slowBy)}`,
    );
  const read = {
    port: problems.whole('--port', port ?? '0', 0, 65_535),
    shares: sharesIn(fail, problems),
    retryAfter: problems.whole('--retry-after', retryAfter, 0, 86_400),
    slowByMs: (slowByUs ?? 0) / 1000,
    seed: problems.whole('--seed', seed, 0, 0xffff_ffff),
  };
  problems.end();
  return read;
}

function sharesIn(texts: readonly string[], problems: Problems): Shares {
  const shares = new Map<string, number>();
  for (const text of texts) {
    const read = readShare(text);
    if (typeof read === 'string') problems.say('--fail', `${read}; got ${JSON.stringify(text)}`);
    else shares.set(read.name, read.share);
  }
  const sum = [...shares.values()].reduce((a, b) => a + b, 0);
  if (sum > 1 + 1e-9) problems.say('--fail', `must be shares of at most 1 in all, got ${String(sum)}`);
  return shares;
}
