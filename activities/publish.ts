/** The activity `publish`: writes the run's manifest beside the data, or where the data would be. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishArgs } from '../workflows/messages';
import { publishFile, runFolder } from '../src/sinks/disk';
import { MANIFEST, manifest, manifestOf, type Manifest } from '../src/spec/manifest';
import type { ActivityDeps } from './deps';
import { failureOf, isSuperseded } from './failures';
import { withHeartbeat } from './heartbeat';
import { requireHome } from './home';

const ENDED = ['completed', 'stopped', 'failed'];

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
  const { path } = sink.output(args.plan);
  const folder = path ?? runFolder(deps.dataDir, args.plan);
  const before = await read(join(folder, MANIFEST));
  const files = (await sink.files?.(args.plan, ENDED.includes(args.state), before?.files ?? [])) ?? [];
  await publishFile(folder, MANIFEST, args.generation, Buffer.from(`${JSON.stringify(manifestOf(args, files), null, 2)}\n`));
}

async function read(path: string): Promise<Manifest | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = manifest.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
