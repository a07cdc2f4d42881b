/** Makes a run's data again from its plan and timeline and compares it with what the sink holds, byte for byte. */
import { createHash, type Hash } from 'node:crypto';
import type { FixedPlan, Part } from '../../workflows/messages';
import type { Entry } from '../../workflows/schedule';
import { BatchBuffer } from '../fields/batch-buffer';
import { LostProgress, type Found, type PartAddress } from '../sinks/sink';
import { generationOf, isCorrupted, make, type Generation } from '../spec/generation';
import { difference, firstDifference, type FilePlace } from './difference';
import { LedgerCheck, MISSING } from './ledger';
import { Reader } from './reader';

/** Where the data is read from: a sink, or a run's folder. */
export interface Source {
  read(part: PartAddress): Promise<Found | null>;
  /** Which file holds a byte of a part, counted over all its data, and which byte of that file it is. Absent where there are no files. */
  fileAt?(part: PartAddress, byte: number): Promise<FilePlace>;
  /** What lies beside a part's events and does not agree with them, as sentences. Absent where nothing does. */
  contradictions?(part: PartAddress): Promise<string[]>;
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
}

/** @param complete the run has ended by itself: every batch of the schedule must be there, and nothing else */
export async function verify(
  plan: FixedPlan,
  timeline: readonly Entry[],
  source: Source,
  ended: { complete: boolean; atRest: boolean },
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
    const problem = await lossIn(() => verifyPart(report, plan, generation, part, source, ended.complete, ledger));
    parts.push(report);
    const where = `stream ${report.stream}${plan.shards === 1 ? '' : `, shard ${String(part.shard)}`}`;
    const beside = problem === null ? ((await source.contradictions?.(addressOf(plan, part))) ?? []) : [problem];
    problems.push(...beside.map((text) => `${where}: ${text}`));
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

/** Fills in the report; answers the first difference. */
async function verifyPart(
  report: PartReport,
  plan: FixedPlan,
  generation: Generation,
  { stream, shard }: Part,
  source: Source,
  complete: boolean,
  ledger: LedgerCheck | null,
): Promise<string | null> {
  const end = generation.schedules[stream]?.end ?? 0;
  const address = addressOf(plan, { stream, shard });
  const found = await source.read(address);
  if (found === null) return 'nothing was ever begun here, or it was cleaned';
  const hash = createHash('sha256');
  const reader = new Reader(found.chunks());
  const last = found.next - plan.shards;
  try {
    const fileAt = (byte: number) => source.fileAt?.(address, byte);
    const problem = await compare(report, hash, reader, generation, stream, shard, Math.min(found.next, end), plan.shards, fileAt, ledger);
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

/** Compares batch by batch; answers the first difference. */
async function compare(
  report: PartReport,
  hash: Hash,
  reader: Reader,
  generation: Generation,
  stream: number,
  shard: number,
  next: number,
  shards: number,
  fileAt: (byte: number) => Promise<FilePlace> | undefined,
  ledger: LedgerCheck | null,
): Promise<string | null> {
  const buffer = new BatchBuffer();
  for (let b = shard; b < next; b += shards) {
    const expected = make(generation, stream, b, buffer);
    const bytes = await reader.take(expected.bytes.length);
    hash.update(bytes);
    if (!bytes.equals(expected.bytes)) {
      const at = firstDifference(expected.bytes, bytes);
      return difference(
        { batch: b, ends: expected.ends.subarray(0, expected.count), expected: expected.bytes, found: bytes, at },
        await fileAt(report.bytes + at),
      );
    }
    await ledger?.compare(expected);
    report.batches++;
    report.events += expected.count;
    report.bytes += bytes.length;
  }
  return null;
}
