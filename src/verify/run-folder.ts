/** `verify` of a run: the manifest in its folder says what must be there, and where: beside it, or in the topics of a Kafka cluster. */
import { open, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { begin } from '../../workflows/schedule';
import { LostProgress, type DataFile, type PartAddress, type SinkDeps } from '../sinks/sink';
import { dataFiles } from '../sinks/disk/data-files';
import { partPlace } from '../sinks/disk/layout';
import { nodeFiles } from '../sinks/disk/node-files';
import { openRunFolder } from '../sinks/disk/run-folder';
import { folders } from '../sinks/folders';
import { openFolders } from '../sinks/folders/check';
import { UserError } from '../spec/failures';
import { isCorrupted, LEDGER } from '../spec/generation';
import { formatInstant } from '../spec/instants';
import { parseJobSpec } from '../spec/job-spec';
import { MANIFEST, manifest, type Manifest } from '../spec/manifest';
import { missingSaid } from '../spec/missing';
import { planOf } from '../spec/plan';
import type { FilePlace } from './difference';
import { ledgerProblem, MISSING } from './ledger';
import type { Asking, Told } from './told';
import { verify, type Report, type Source } from './verify';

export interface FolderReport extends Report {
  /** Of the manifest; the data, too, where there are no topics. */
  folder: string;
  /** Where the records are, of a run in Kafka. */
  topics?: string[];
  /** Of the job, as the manifest says; `running` also after a kill that nobody has cleared up yet. */
  state: string;
  seed: number;
  start: string;
}

/**
 * Makes the run's data again and compares: of a run that goes on, what is committed; of one that has ended, everything.
 * @param env where the brokers are, as the worker has it
 * @param ask the job, of a run that goes on; absent: what is committed is known from the sink alone
 * @throws UserError when there is no manifest, or one that this evergen cannot work with; when the run was cleaned, or brokers cannot be read
 */
export async function verifyRunFolder(folder: string, env: SinkDeps['env'] = {}, ask?: Asking): Promise<FolderReport> {
  for (;;) {
    const found = await readManifest(folder);
    if (found.state === 'cleaned')
      throw new UserError(
        found.plan.sink === 'kafka'
          ? `run ${found.run} of job ${found.job} was cleaned: what it wrote may still be in its topics, and is not verified any more`
          : `run ${found.run} of job ${found.job} was cleaned: its data is deleted, there is nothing left to verify`,
      );
    const answer = isAtRest(found) ? null : await ask?.(found);
    const [asked, told] = [{ ...found, note: answer?.note }, answer?.parts ?? []];
    const report = await (found.plan.sink === 'kafka' ? verifyByTopics(folder, asked, env, told) : verifyBy(folder, asked, told));
    if (report.ok || isDeepStrictEqual((await readManifest(folder)).timeline, found.timeline)) return report;
    // A pause or a change of pace came in between: what was committed after it follows the longer timeline.
  }
}

const isAtRest = ({ state }: Pick<Manifest, 'state'>): boolean => state === 'completed' || state === 'stopped';

/** The manifest, and what is to be told of how the job was asked. */
type AskedFor = Manifest & { note: string | undefined };

async function verifyBy(folder: string, found: AskedFor, told: readonly Told[]): Promise<FolderReport> {
  const { plan, timeline, state, seed, start } = found;
  const complete = state === 'completed';
  const atRest = isAtRest(found);
  const source = sourceOf(folder, found);
  const report = await verify(plan, timeline, source, { complete, atRest }, told);
  // What only follows from a cause that is named already is left out: counts of data that is wrong, a file that was named.
  const named = (path: string) => report.problems.some((problem) => problem.includes(path));
  const problems = [
    ...contradictions(found),
    ...report.problems,
    ...(atRest && report.ok ? miscounts(found, report) : []),
    ...(await wrongFiles(folder, found.files, atRest)).filter(({ path }) => !named(path)).map(({ message }) => message),
  ];
  return { ...report, ...notesOf(found), ok: problems.length === 0, problems, folder, state, seed, start };
}

/** The events are in the run's folder, or in folders of their own, which the runs of a job share. */
function sourceOf(folder: string, { plan }: Manifest): Source {
  const { sink } = parseJobSpec(plan.spec);
  if (sink.name !== folders.name)
    return { ...openRunFolder(folder), fileAt: (part, byte) => fileAt(folder, part, byte), ledger: () => opened(join(folder, LEDGER)) };
  // `DATA_DIR/jobs/<job>/<run>`: where the manifest of a run without data files of its own is.
  const { path } = folders.options.parse(sink.options);
  const reader = openFolders(join(folder, '../../..'), path);
  const parts = plan.streams.flatMap(({ name: stream }) =>
    Array.from({ length: plan.shards }, (_, shard) => ({ job: plan.job, run: plan.run, stream, shard, shards: plan.shards })),
  );
  return { ...reader, excess: () => reader.excess(parts) };
}

async function verifyByTopics(folder: string, found: AskedFor, env: SinkDeps['env'], told: readonly Told[]): Promise<FolderReport> {
  // kafkajs is loaded by those who need it: it takes a tenth of a second of every command otherwise.
  const { verifyTopics } = await import('./topics.js');
  const report = await verifyTopics(found, { dataDir: folder, env }, told);
  const { plan, timeline, state, seed, start } = found;
  const rows = isAtRest(found) && report.ok && isCorrupted(plan) ? await opened(join(folder, LEDGER)) : undefined;
  const ledger = rows === undefined ? null : rows === null ? MISSING : await ledgerProblem(plan, timeline, report.parts, rows);
  const problems = [...contradictions(found), ...report.problems, ...(ledger === null ? [] : [ledger])];
  return { ...report, ...notesOf(found, report.notes), ok: problems.length === 0, problems, folder, state, seed, start };
}

/** A run that was stopped while a sink was away is as it must be as far as it goes, but not without gaps. */
function notesOf({ plan, timeline, streams, state, note }: AskedFor, notes: readonly string[] = []): Pick<Report, 'notes'> {
  const numberOf = (stream: string) => plan.streams.findIndex(({ name }) => name === stream);
  const parts = streams.map(({ stream, shard, next_batch }) => ({ stream: numberOf(stream), shard, next: next_batch }));
  const missing = state === 'stopped' || state === 'failed' ? missingSaid(plan, timeline, parts) : null;
  return { notes: [...notes, ...(missing === null ? [] : [missing]), ...(note === undefined ? [] : [note])] };
}

/** A file as a stream; null when it is not there. */
async function opened(path: string): Promise<AsyncIterable<Uint8Array> | null> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return file?.createReadStream() ?? null;
}

/** Data files of a part follow each other without a gap. */
async function fileAt(folder: string, part: PartAddress, byte: number): Promise<FilePlace> {
  const place = partPlace(folder, part);
  for (let [file, at] = [0, byte]; ; file++) {
    const size = (await stat(place.data(file)).catch(() => undefined))?.size;
    const next = size === undefined ? undefined : await stat(place.data(file + 1)).catch(() => undefined);
    if (size === undefined || at < size || next === undefined) return { path: relative(folder, place.data(file)), byte: at };
    at -= size;
  }
}

/** @throws UserError */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT'
        ? `${folder} holds no ${MANIFEST}: it is not the folder of a run`
        : `${path} cannot be read: ${error.message}`,
    );
  });
  try {
    return manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(`${path} is not a manifest of this evergen: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The manifest says some things twice: once for people, once as the schedule counts. */
function contradictions({ plan, timeline, ...said }: Manifest): string[] {
  const spec = parseJobSpec(plan.spec);
  const { streams, shards, timeline: repeated = [] } = planOf(spec, plan);
  const twice: [what: string, said: unknown, counted: unknown][] = [
    ['job', said.job, plan.job],
    ['run', said.run, plan.run],
    ['seed', said.seed, plan.seed],
    ['seed', spec.seed ?? plan.seed, plan.seed],
    ['start', said.start, formatInstant(plan.startUs / 1000)],
    ['start', spec.load.start ?? said.start, said.start],
    ['specification', said.spec, plan.spec],
    ['streams', streams, plan.streams],
    ['shards', shards, plan.shards],
    ['repeated timeline', plan.timeline ?? [], repeated],
    ['repeated timeline', timeline.slice(0, repeated.length), repeated],
    ['begin of the timeline', timeline.filter(({ cause }) => cause === 'start'), begin(plan.streams, plan.startUs)],
  ];
  return twice
    .filter(([, one, other]) => !isDeepStrictEqual(one, other))
    .map(([what, one, other]) => `the manifest contradicts itself: its ${what} is ${short(one)} here and ${short(other)} there`);
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

function miscounts(said: Manifest, report: Report): string[] {
  const batches = report.parts.reduce((sum, part) => sum + part.batches, 0);
  const counts: [string, number, number][] = [
    ['batches', said.batches, batches],
    ['events', said.events, report.events],
    ['bytes', said.bytes, report.bytes],
  ];
  return counts
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `the manifest counts ${String(one)} ${what}, the data that agrees ${String(other)}`);
}

interface WrongFile {
  /** As another problem would name it. */
  path: string;
  message: string;
}

/** The manifest's list against the files themselves, both ways. */
async function wrongFiles(folder: string, listed: readonly DataFile[], atRest: boolean): Promise<WrongFile[]> {
  let there: DataFile[];
  try {
    there = await dataFiles(nodeFiles, folder, atRest);
  } catch (failure) {
    if (failure instanceof LostProgress) return [{ path: failure.message, message: failure.message }];
    throw failure;
  }
  const sums = new Map(there.map((file) => [file.path, file]));
  const known = new Set(listed.map(({ path }) => path));
  const differing = listed.flatMap(({ path, bytes, sha256 }) => {
    const file = sums.get(path);
    if (file === undefined) return [{ path, message: `${path} is in the manifest, but it is not a data file of this run` }];
    if (file.bytes !== bytes) return [{ path, message: `${path} has ${String(file.bytes)} bytes, the manifest says ${String(bytes)}` }];
    return file.sha256 === sha256 ? [] : [{ path, message: `${path} has sha256 ${file.sha256}, the manifest says ${sha256}` }];
  });
  const unlisted = there.filter(({ path }) => !known.has(path)).map(({ path }) => ({ path, message: `${path} is not in the manifest` }));
  return atRest ? [...differing, ...unlisted] : differing;
}
