/** The quality ledger against the rows that must be in it, batch by batch in the order in which it was written: part after part. */
import type { FixedPlan } from '../../workflows/messages';
import type { Entry } from '../../workflows/schedule';
import { BatchBuffer } from '../fields/batch-buffer';
import type { Batch } from '../sinks/sink';
import { generationOf, LEDGER, make } from '../spec/generation';
import { firstDifference } from './difference';
import { Reader } from './reader';
import type { PartReport } from './verify';

export const MISSING = `${LEDGER} is missing`;

/** Letters of a row that are shown. */
const SHOWN = 160;
const NEWLINE = 10;

export class LedgerCheck {
  private readonly reader: Reader;
  private lines = 0;
  private problem: string | null = null;

  /** @param name how the file is named in what is said */
  constructor(
    chunks: AsyncIterable<Uint8Array>,
    private readonly name = LEDGER,
  ) {
    this.reader = new Reader(chunks);
  }

  /** The next batch, whose data is as it must be. */
  async compare({ number, ledger }: Batch): Promise<void> {
    if (this.problem !== null) return;
    const found = await this.reader.take(ledger.length);
    if (found.equals(ledger)) {
      this.lines += rowsIn(ledger);
      return;
    }
    const at = firstDifference(ledger, found);
    const line = this.lines + rowsIn(ledger.subarray(0, at)) + 1;
    const told = at >= found.length ? 'ends too early' : `found ${rowAt(found, at)}`;
    this.problem = `${this.name}, line ${String(line)} (batch ${String(number)}): expected ${rowAt(ledger, at)}, ${told}`;
  }

  /** The first difference; null: the ledger is what it must be. */
  async end(): Promise<string | null> {
    try {
      if (this.problem !== null || (await this.reader.ended())) return this.problem;
      return `${this.name} goes on after line ${String(this.lines)}, its last one`;
    } finally {
      await this.reader.close();
    }
  }
}

/** The ledger in a batch's own folder: there where the batch has a corrupted event, and only there. @param rows null: there is no such file */
export async function batchLedgerProblem(batch: Batch, path: string, rows: Buffer | null): Promise<string | null> {
  if (batch.ledger.length === 0) return rows === null ? null : `${path} is there, but no event of its batch was corrupted`;
  if (rows === null) return `${path} is missing`;
  const check = new LedgerCheck(once(rows), path);
  await check.compare(batch);
  return check.end();
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/**
 * The ledger of a run whose data was compared in another order: the batches are made once more.
 * @param parts all of them, with the number of batches committed
 */
export async function ledgerProblem(
  plan: FixedPlan,
  timeline: readonly Entry[],
  parts: readonly Pick<PartReport, 'stream' | 'shard' | 'batches'>[],
  chunks: AsyncIterable<Uint8Array>,
): Promise<string | null> {
  const generation = generationOf(plan, timeline);
  const ledger = new LedgerCheck(chunks);
  const buffer = new BatchBuffer();
  for (const { stream, shard, batches } of parts) {
    const number = plan.streams.findIndex(({ name }) => name === stream);
    for (let i = 0; i < batches; i++) await ledger.compare(make(generation, number, shard + i * plan.shards, buffer));
  }
  return ledger.end();
}

const rowsIn = (rows: Buffer): number => rows.reduce((sum, byte) => sum + (byte === NEWLINE ? 1 : 0), 0);

/** The row in which byte `at` lies. */
function rowAt(rows: Buffer, at: number): string {
  const start = rows.subarray(0, at).lastIndexOf(NEWLINE) + 1;
  const end = rows.indexOf(NEWLINE, start);
  const text = rows.toString('utf8', start, end < 0 ? rows.length : end);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
