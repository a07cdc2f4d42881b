/** What a clean would delete of one part: found by the record and by looking, nothing done. */
import { join } from 'node:path';
import { unless, type Files } from '../disk/files';
import { doomFile, type Doomed } from '../disk/sweep';
import { batchId, LEDGER, META, type Place } from './layout';
import { BATCH_MANIFEST, manifestName } from './manifests';
import { readMeta } from './meta';
import type { Era } from './record';

/** @param kept eras that stay: with none, the growing file and the manifests go, too */
export async function survey(files: Files, place: Place, gone: readonly Era[], kept: readonly Era[]): Promise<Doomed> {
  const doomed: Doomed = { paths: [], foreign: [] };
  for (const { first, batches } of gone) {
    for (let number = first; number < first + batches; number++) await surveyBatch(files, place, number, doomed);
  }
  if (kept.length === 0) {
    if (place.all !== null) await doomFile(files, place.all, doomed);
    for (const name of [manifestName(place.kind.kind), BATCH_MANIFEST]) await doomFile(files, join(place.manifests, name), doomed);
  }
  const stays = new Set(kept.map(({ run }) => run));
  for (const { run } of gone) if (!stays.has(run)) await doomFile(files, join(place.seeds, `${run}.json`), doomed);
  return doomed;
}

/** A folder with nothing but our files goes in one step, so that nobody sees half of it; of any other, our files go and the rest stays. */
async function surveyBatch(files: Files, place: Place, number: number, doomed: Doomed): Promise<void> {
  const folder = place.batch(number);
  const kind = await files.kind(folder);
  if (kind === null) return;
  const ours = kind === 'folder' && (await readMeta(files, folder))?.batch_id === batchId(place.kind, number);
  if (!ours) {
    doomed.foreign.push(folder);
    return;
  }
  const inside: Doomed = { paths: [], foreign: [] };
  for (const name of ((await unless(files.list(folder), 'ENOENT')) ?? []).sort()) {
    if ([place.kind.file, META, LEDGER].includes(name)) await doomFile(files, join(folder, name), inside);
    else inside.foreign.push(join(folder, name));
  }
  if (inside.foreign.length === 0) doomed.paths.push(folder);
  else {
    // The metadata last: by it a clean that is repeated knows the folder.
    doomed.paths.push(...inside.paths.sort((a, b) => Number(a.endsWith(META)) - Number(b.endsWith(META))));
    doomed.foreign.push(...inside.foreign);
  }
}

/** Names beside ours that no part accounts for. */
export async function strangers(files: Files, { raw, events, manifests }: Place, known: readonly string[]): Promise<string[]> {
  const places: [string, RegExp][] = [
    [raw, /^(\.writer|events)$/],
    [events, /^$/],
    [manifests, /^(seeds|logs|lifecycle\.json)$/],
  ];
  const found: string[] = [];
  for (const [folder, ours] of places) {
    for (const name of (await unless(files.list(folder), 'ENOENT')) ?? []) {
      const path = join(folder, name);
      if (!ours.test(name) && !known.includes(path)) found.push(path);
    }
  }
  return found;
}
