/** The activity `publish`: writes the run's manifest beside the data, or where the data would be; at the end also the quality ledger. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishArgs } from '../workflows/messages';
import { publishFile, runFolder } from '../src/sinks/disk';
import type { DataFile, Sink } from '../src/sinks/sink';
import { MANIFEST, manifest, manifestOf, type Manifest } from '../src/spec/manifest';
import { isCorrupted, LEDGER } from '../src/spec/generation';
import type { ActivityDeps } from './deps';
import { failureOf, isLostProgress, isSuperseded } from './failures';
import { withHeartbeat } from './heartbeat';
import { requireHome } from './home';
import { ledgerOf } from './ledger';

const ENDED = ['completed', 'stopped', 'failed', 'cleaned'];

export async function publish(deps: ActivityDeps, args: PublishArgs): Promise<void> {
  try {
    await withHeartbeat(undefined, () => published(deps, args));
  } catch (error) {
    // A newer generation has published: what this one would say is old.
    if (!isSuperseded(error)) throw failureOf(error);
  }
}

async function published(deps: ActivityDeps, args: PublishArgs): Promise<void> {
  const sink = deps.sinkOf(args.plan.spec);
  await requireHome(sink, args.home);
  const { path, url } = sink.output(args.plan);
  // Where a run has data files of its own, beside them.
  const beside = sink.files === undefined ? undefined : path;
  const folder = beside ?? runFolder(deps.dataDir, args.plan);
  const before = await read(join(folder, MANIFEST));
  await sink.publish?.(args.plan, args.generation);
  const files = await filesOf(sink, args, before?.files ?? []);
  // Before the manifest that says that the run has ended.
  if (ENDED.includes(args.state) && sink.keepsLedger !== true && isCorrupted(args.plan))
    await publishFile(folder, LEDGER, args.generation, ledgerOf(args));
  await publishFile(folder, MANIFEST, args.generation, Buffer.from(`${JSON.stringify(manifestOf(args, files), null, 2)}\n`));
  if (url !== undefined) deps.narrator?.published(args, url, { first: before === null, last: ENDED.includes(args.state) });
}

async function filesOf(sink: Sink, { plan, state }: PublishArgs, known: DataFile[]): Promise<DataFile[]> {
  try {
    return (await sink.files?.(plan, ENDED.includes(state), known)) ?? [];
  } catch (error) {
    // Somebody has taken a file away. That keeps no job from its end, which waits for this manifest; `verify` says what is missing.
    if (isLostProgress(error)) return known;
    throw error;
  }
}

/** The manifest as it was published last; null when there is none that can be read. */
async function read(path: string): Promise<Manifest | null> {
  try {
    return manifest.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
