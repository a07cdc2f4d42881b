/** Makes a run's data again from its plan and timeline and compares it with what the sink holds, byte for byte. */
import { createHash, type Hash } from 'node:crypto';
import type { FixedPlan, Part } from '../../workflows/messages';
import type { Entry } from '../../workflows/schedule';
import { BatchBuffer } from '../fields/batch-buffer';
import { LostProgress, type Batch, type Found, type PartAddress } from '../sinks/sink';
import { generationOf, isCorrupted, make, type Generation } from '../spec/generation';
import { difference, firstDifference, type FilePlace } from './difference';
import { batchLedgerProblem, LedgerCheck, MISSING } from './ledger';
import { Reader } from './reader';
import { missingOf, type Told } from './told';

/** Where the data is read from: a sink, or a run's folder. */
export interface Source {
  read(part: PartAddress): Promise<Found | null>;
  /** Which file holds a byte of a part, counted over all its data, and which byte of that file it is. Absent where there are no files. */
  fileAt?(part: PartAddress, byte: number): Promise<FilePlace>;
  /** What lies beside a part's events and does not agree with them, as sentences. Absent where nothing does. */
  contradictions?(part: PartAddress): Promise<string[]>;
  /** The same of one batch, whose events are as they must be. */
  misstated?(part: PartAddress, batch: Batch): Promise<string | null>;
  /** The ledger beside the events of one batch; `rows` null: there is none. Absent where batches have none of their own. */
  ledgerOf?(part: PartAddress, batch: number): Promise<{ path: string; rows: Buffer | null }>;
  /** What a batch is called by where it lies. Absent where it has a number alone. */
  nameOf?(part: PartAddress, batch: number): Promise<string>;
  /** The quality ledger of a run that has ended; null where it is missing. Absent where the run has none in one file. */
  ledger?(): Promise<AsyncIterable<Uint8Array> | null>;
  /** Paths among the run's data that nothing committed accounts for. */
  excess(): Promise<string[]>;
}

export interface PartReport {
  stream: string;
  shard: number;
  batches: number;
  events: number;
  bytes: number;
  /** Of the committed bytes; null where they have no order as a whole. */
  sha256: string | null;
}

export interface Report {
  ok: boolean;
  job: string;
  run: string;
  parts: PartReport[];
  events: number;
  bytes: number;
  /** Sentences, the first difference of each part first; empty when all is as it must be. */
  problems: string[];
  /** Sentences on how it was compared, where that is not as usual. */
  notes?: string[];
}

/**
 * @param ended complete: the run has ended by itself, every batch of the schedule must be there, and nothing else
 * @param told what the job has said that it had committed before
 */
export async function verify(
  plan: FixedPlan,
  timeline: readonly Entry[],
  source: Source,
  ended: { complete: boolean; atRest: boolean },
  told: readonly Told[] = [],
): Promise<Report> {
  const generation = generationOf(plan, timeline);
  const problems: string[] = [];
  const parts: PartReport[] = [];
  const rows = ended.atRest && isCorrupted(plan) ? await source.ledger?.() : undefined;
  const ledger = rows === undefined || rows === null ? null : new LedgerCheck(rows);
  for (const part of partsOf(plan)) {
    const report: PartReport = {
      stream: plan.streams[part.stream]?.name ?? '',
      shard: part.shard,
      batches: 0,
      events: 0,
      bytes: 0,
      sha256: '',
    };
    const beside: string[] = [];
    const problem = await lossIn(() => verifyPart(report, plan, { generation, part, source, ledger, beside, told }, ended.complete));
    parts.push(report);
    const where = `stream ${report.stream}${plan.shards === 1 ? '' : `, shard ${String(part.shard)}`}`;
    const around = problem === null ? ((await source.contradictions?.(addressOf(plan, part))) ?? []) : [problem];
    problems.push(...[...beside, ...around].map((text) => `${where}: ${text}`));
  }
  const faulty = (await ledger?.end()) ?? null;
  // Where the data differs, the ledger cannot agree.
  if (faulty !== null && problems.length === 0) problems.push(faulty);
  if (rows === null) problems.push(MISSING);
  if (ended.atRest) problems.push(...(await source.excess()).map((path) => `${path} holds more than the record says was committed`));
  const total = (count: (part: PartReport) => number) => parts.reduce((sum, part) => sum + count(part), 0);
  return {
    ok: problems.length === 0,
    job: plan.job,
    run: plan.run,
    parts,
    events: total((p) => p.events),
    bytes: total((p) => p.bytes),
    problems,
  };
}

/** All parts of a run. */
export const partsOf = (plan: FixedPlan): Part[] =>
  plan.streams.flatMap((_, stream) => Array.from({ length: plan.shards }, (_, shard) => ({ stream, shard })));

const addressOf = ({ job, run, streams, shards }: FixedPlan, { stream, shard }: Part): PartAddress => ({
  job,
  run,
  stream: streams[stream]?.name ?? '',
  shard,
  shards,
});

/** A record that cannot be read, a file that is gone or too short: what is wrong with the data, not with this program. */
async function lossIn(work: () => Promise<string | null>): Promise<string | null> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof LostProgress) return failure.message;
    throw failure;
  }
}

interface Subject {
  readonly generation: Generation;
  readonly part: Part;
  readonly source: Source;
  /** Of the whole run. */
  readonly ledger: LedgerCheck | null;
  /** Filled with what is wrong beside the events of single batches. */
  readonly beside: string[];
  readonly told: readonly Told[];
}

/** Fills in the report; answers the first difference. */
async function verifyPart(report: PartReport, plan: FixedPlan, subject: Subject, complete: boolean): Promise<string | null> {
  const { generation, source, told } = subject;
  const { stream, shard } = subject.part;
  const end = generation.schedules[stream]?.end ?? 0;
  const address = addressOf(plan, { stream, shard });
  const found = await source.read(address);
  const nameOf = source.nameOf === undefined ? undefined : (batch: number) => source.nameOf?.(address, batch) ?? '';
  const missing = await missingOf(told, { stream, shard }, plan, found?.next ?? shard, nameOf);
  if (missing !== null) subject.beside.push(missing);
  if (found === null) return 'nothing was ever begun here, or it was cleaned';
  const hash = createHash('sha256');
  const reader = new Reader(found.chunks());
  const last = found.next - plan.shards;
  try {
    const problem = await compare(report, hash, reader, subject, address, Math.min(found.next, end));
    report.sha256 = hash.digest('hex');
    if (problem !== null) return problem;
    if (!(await reader.ended())) return `bytes follow after batch ${String(last)}, the last one committed`;
  } finally {
    await reader.close();
  }
  if (found.next > end + plan.shards - 1)
    return `the record says batch ${String(last)} was committed, but the schedule ends before batch ${String(end)}`;
  if (complete && found.next < end) return `batches from ${String(found.next)} on are missing: the schedule has ${String(end)}`;
  const { batches, emitted, bytes } = found.totals;
  if (batches === report.batches && emitted === report.events && bytes === report.bytes) return null;
  const counted = (n: readonly number[]) => `${String(n[0])} batches, ${String(n[1])} events, ${String(n[2])} bytes`;
  return `the record counts ${counted([batches, emitted, bytes])}; a recount says ${counted([report.batches, report.events, report.bytes])}`;
}

/** Compares the batches before `next`, one by one; answers the first difference. */
async function compare(
  report: PartReport,
  hash: Hash,
  reader: Reader,
  { generation, part: { stream, shard }, source, ledger, beside }: Subject,
  address: PartAddress,
  next: number,
): Promise<string | null> {
  const buffer = new BatchBuffer();
  for (let b = shard; b < next; b += address.shards) {
    const expected = make(generation, stream, b, buffer);
    const bytes = await reader.take(expected.bytes.length);
    hash.update(bytes);
    if (!bytes.equals(expected.bytes)) {
      const at = firstDifference(expected.bytes, bytes);
      return difference(
        { batch: b, ends: expected.ends.subarray(0, expected.count), expected: expected.bytes, found: bytes, at },
        await source.fileAt?.(address, report.bytes + at),
      );
    }
    await ledger?.compare(expected);
    beside.push(...(await besideBatch(source, address, expected)));
    report.batches++;
    report.events += expected.count;
    report.bytes += bytes.length;
  }
  return null;
}

async function besideBatch(source: Source, address: PartAddress, batch: Batch): Promise<string[]> {
  const ledger = await source.ledgerOf?.(address, batch.number);
  const faulty = ledger === undefined ? null : await batchLedgerProblem(batch, ledger.path, ledger.rows);
  return [(await source.misstated?.(address, batch)) ?? null, faulty].filter((problem) => problem !== null);
}
