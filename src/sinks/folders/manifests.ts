/** `manifests/<kind>.json`, one writer each, and `manifests/batch_manifest.json`, made of all of them: what is there, for people and for `clean`. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { unless, type Files } from '../disk/files';
import { partsOf } from '../disk/layout';
import type { Owner } from '../disk/owner';
import { kindOf, type Place } from './layout';
import { erasOf, type FoldersRecord } from './record';

export const BATCH_MANIFEST = 'batch_manifest.json';
export const manifestName = (kind: string): string => `${kind}.json`;

const count = z.int().min(0);
const figures = { batches: count, records: count, valid: count, corrupted: count, bytes: count };
const kindManifest = z.object({
  kind: z.string(),
  job: z.string(),
  run: z.string(),
  mode: z.string(),
  last_batch: z
    .object({ batch_id: z.string(), batch_number: count, scheduled_at: z.string(), committed_at: z.string() })
    .nullable()
    .describe('Of the run.'),
  /** Over all runs. */
  ...figures,
  runs: z.array(z.object({ run: z.string(), mode: z.string(), seed: count.nullable(), first_batch: count, last_batch: count, ...figures })),
});
type KindManifest = z.infer<typeof kindManifest>;
type Figures = Pick<KindManifest, keyof typeof figures>;

/** Writes both; harmless when nothing has changed. Not made durable: whoever opens the part after a power cut makes them again from its record. */
export async function publishManifests(files: Files, place: Place, owner: Owner, record: FoldersRecord): Promise<void> {
  const { manifests, kind } = place;
  await owner.publish(encode(manifestOf(kind.kind, record)), join(manifests, manifestName(kind.kind)), false);
  // Two writers may do this at the same time. Whoever is the last to publish has looked again after it, so what it has published is of the latest.
  for (let told: KindManifest[] | null = null; ;) {
    const all = await kindManifests(files, place);
    if (told !== null && isDeepStrictEqual(told, all)) break;
    await owner.publish(encode(combined(all)), join(manifests, BATCH_MANIFEST), false);
    told = all;
  }
}

function manifestOf(kind: string, record: FoldersRecord): KindManifest {
  const eras = erasOf(record);
  const runs = eras.map(({ run, mode, seed, first, batches, records, valid, corrupted, bytes }) => ({
    run,
    mode,
    seed,
    first_batch: first,
    last_batch: first + batches - 1,
    batches,
    records,
    valid,
    corrupted,
    bytes,
  }));
  const { job, run, mode, standing } = record;
  return { kind, job, run, mode, last_batch: standing.last, ...added(runs), runs };
}

/** In the order of the writers' folders. */
async function kindManifests(files: Files, { raw, manifests }: Place): Promise<KindManifest[]> {
  const writers = await files.list(join(raw, '.writer'));
  const read = partsOf(writers.sort()).map(async (part) => {
    const bytes = await unless(files.read(join(manifests, manifestName(kindOf(part).kind))), 'ENOENT');
    if (bytes === undefined) return [];
    const parsed = kindManifest.safeParse(json(bytes));
    return parsed.success ? [parsed.data] : [];
  });
  return (await Promise.all(read)).flat();
}

function combined(all: readonly KindManifest[]) {
  const batches = all.flatMap(({ last_batch }) => (last_batch === null ? [] : [last_batch]));
  const newest = batches.sort((a, b) => (a.committed_at < b.committed_at ? 1 : -1))[0] ?? null;
  return {
    last_batch: newest,
    ...added(all),
    modes: [...new Set(all.flatMap(({ runs }) => runs.map(({ mode }) => mode)))].sort(),
    kinds: Object.fromEntries(all.map(({ kind, ...rest }) => [kind, rest])),
  };
}

function added(all: readonly Figures[]): Figures {
  const sum = (key: keyof Figures) => all.reduce((total, one) => total + one[key], 0);
  return { batches: sum('batches'), records: sum('records'), valid: sum('valid'), corrupted: sum('corrupted'), bytes: sum('bytes') };
}

const encode = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
