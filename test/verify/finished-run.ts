/** A run on disk as workers leave it, made without any of them: 30 batches of two events in several data files, and the manifest. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerOf } from '../../activities/ledger';
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { createDisk, publishFile, runFolder } from '../../src/sinks/disk';
import { createFolders } from '../../src/sinks/folders';
import { generationOf, LEDGER, make } from '../../src/spec/generation';
import { parseJobSpec } from '../../src/spec/job-spec';
import { MANIFEST, manifestOf, type Manifest } from '../../src/spec/manifest';
import { planOf } from '../../src/spec/plan';
import { fixedNow } from '../../src/spec/preview';
import { afterBatch, noTotals } from '../../workflows/ledger';
import type { JobState, Part, Place } from '../../workflows/messages';
import { begin } from '../../workflows/schedule';

const BATCHES = 30;
const spec = {
  id: 'nightly',
  seed: 42,
  scenario: 'crisis',
  load: { pace: { every: 'PT1S', batch_size: 2 }, batches: BATCHES, start: '2026-01-01T00:00:00Z' },
  sink: 'disk',
};

/** @returns the run's folder @param made how many batches were committed, by each shard if there are several @param quality of its specification */
export async function finishedRun(
  dataDir: string,
  state: JobState = 'completed',
  made: number | readonly number[] = BATCHES,
  sinkName: 'disk' | 'folders' = 'disk',
  quality?: object,
): Promise<string> {
  const at = new Date('2026-01-05T23:10:00.000Z');
  const shards = typeof made === 'number' ? [made] : made;
  const asked = parseJobSpec({ ...spec, sink: sinkName, shards: shards.length, ...(quality && { quality }) });
  const plan = fixedNow(planOf(asked, { job: spec.id, run: '20260105T231000.000Z', version: '0.0.0' }), at);
  const timeline = begin(plan.streams, plan.startUs);
  const sink = sinkName === 'disk' ? createDisk({}, { dataDir }, undefined, 4_000) : createFolders({ mode: 'production' }, { dataDir });
  const run = { job: plan.job, run: plan.run };
  const generation = generationOf(plan, timeline);
  const parts: (Part & Place)[] = [];
  for (const [shard, batches] of shards.entries()) {
    const part = { ...run, stream: 'intakes', shard, shards: shards.length };
    const writer = sink.open({ part, generation: 1, create: true, known: { next: shard, totals: noTotals() }, about: plan });
    let { totals } = await writer.committed();
    await writer.raise();
    const next = shard + batches * shards.length;
    for (let b = shard; b < next; b += shards.length) {
      const batch = make(generation, 0, b, new BatchBuffer());
      totals = afterBatch(totals, { emitted: batch.count, corrupted: batch.corrupted, bytes: batch.bytes.length }, 1);
      await writer.commit([batch], totals, new AbortController().signal);
    }
    await writer.close();
    parts.push({ stream: 0, shard, next, totals });
  }
  const folder = runFolder(dataDir, run);
  const files = (await sink.files?.(run, state !== 'running')) ?? [];
  if (quality !== undefined && sinkName === 'disk') await publishFile(folder, LEDGER, 1, ledgerOf({ plan, timeline, parts }));
  const manifest = manifestOf(
    {
      plan,
      timeline,
      generation: 1,
      state,
      startedAtMs: at.getTime(),
      finishedAtMs: state === 'running' ? null : at.getTime(),
      pausedMs: 0,
      skipped: [{ batches: 0, events: 0 }],
      journal: [],
      parts,
      home: '',
    },
    files,
  );
  await publishFile(folder, MANIFEST, 1, Buffer.from(JSON.stringify(manifest)));
  return folder;
}

/** Rewrites a file of the run. */
export async function alter(folder: string, name: string, change: (bytes: Buffer) => Buffer | string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, change(await readFile(path)));
}

export const alterManifest = (folder: string, change: (manifest: Manifest) => unknown): Promise<void> =>
  alter(folder, MANIFEST, (bytes) => JSON.stringify(change(JSON.parse(bytes.toString('utf8')) as Manifest)));
