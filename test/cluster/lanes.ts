/** The events of a run counted from the raw files, whatever any record says: those of disk as `soak` counts them, and those in a folder a batch. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folders } from '../../src/sinks/folders';
import { findPlace } from '../../src/sinks/folders/layout';
import { nodeFiles } from '../../src/sinks/disk/node-files';
import { generationOf } from '../../src/spec/generation';
import { parseJobSpec } from '../../src/spec/job-spec';
import type { Manifest } from '../../src/spec/manifest';
import { batchesOf, linesIn, linesOf, Recount } from '../../src/verify/recount';
import { recountRun, type Lane } from '../../src/verify/recount-run';
import { readManifest } from '../../src/verify/run-folder';
import { addressesOf } from './committed';

/** @param folder of a run that has completed */
export async function lanesOf(folder: string): Promise<Lane[]> {
  const found = await readManifest(folder);
  return found.plan.sink === folders.name ? foldersOf(folder, found) : recountRun(folder);
}

async function foldersOf(folder: string, { plan, timeline }: Manifest): Promise<Lane[]> {
  const generation = generationOf(plan, timeline);
  const { path } = folders.options.parse(parseJobSpec(plan.spec).sink.options);
  const where = { files: nodeFiles, dataDir: join(folder, '../../..'), path };
  const lanes: Lane[] = [];
  for (const part of addressesOf(plan)) {
    const stream = plan.streams.findIndex(({ name }) => name === part.stream);
    const end = generation.schedules[stream]?.end ?? 0;
    const recount = new Recount(function* () {
      for (const batch of batchesOf(generation, stream, part.shard, part.shards, end)) yield* linesOf(batch);
    });
    const place = await findPlace(where, part);
    const names = place === null ? [] : (await readdir(place.events)).filter((name) => name.startsWith(`${place.kind.kind}-`)).sort();
    for (const name of names) {
      const file = join(place?.events ?? '', name, place?.kind.file ?? '');
      for await (const line of linesIn(createReadStream(file))) recount.take(line);
    }
    lanes.push({ name: `${part.stream}/${String(part.shard)}`, ...recount.end() });
  }
  return lanes;
}
