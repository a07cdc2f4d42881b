/** The first settle of a run: its record follows on that of the run before, whose batches stay where they are. */
import { join } from 'node:path';
import { syncFolder, type Files } from '../disk/files';
import type { Owner } from '../disk/owner';
import { SinkError, type Opening } from '../sink';
import type { Place } from './layout';
import { readMeta } from './meta';
import { begun, erasOf, type Era, type FoldersRecord } from './record';
import { publishRecord, rollForward } from './roll-forward';
import type { FoldersSite } from './site';
import { growingWasTaken, sizeOf } from './taken';

export async function begin(
  site: FoldersSite,
  place: Place,
  owner: Owner,
  { part, about }: Opening,
  found: FoldersRecord | null,
): Promise<FoldersRecord> {
  const { files, mode, log } = site;
  const before = found === null ? null : await rollForward(files, place, found);
  const size = place.all === null ? 0 : await sizeOf(site, place.all);
  const offset = before?.standing.offset ?? 0;
  // Of a file that no record speaks of nobody knows whose it is; what follows after committed bytes is ours, and never was committed.
  if (size > 0 && offset === 0 && (before === null || before.cleaned === true))
    throw new SinkError(`${String(place.all)} is there, but not of this job: move it away, then resume the job`, false);
  const shorter = size < offset;
  if (shorter)
    log({
      component: 'generator',
      run: part.run,
      level: 'warn',
      message: `${String(place.all)} is shorter than recorded: starting afresh`,
      metadata: { bytes: size, recorded: offset },
    });
  const there = await highest(files, place);
  const gone = shorter || (place.all === null && there === 0 && (await growingWasTaken(site, place, part.run)));
  const kept = before === null || gone ? [] : erasOf(before);
  const other = kept.filter((era) => era.mode !== mode);
  if (other.length > 0)
    log({
      component: 'generator',
      run: part.run,
      level: 'warn',
      message: `The data holds ${place.kind.kind} batches of ${String(other.at(-1)?.mode)} mode, this run adds some of ${mode} mode`,
      metadata: { stream: part.stream, runs: other.map(({ run }) => run) },
    });
  const first = site.first?.[part.stream] ?? 1 + Math.max(0, ...kept.map(last), there);
  const origin = shorter ? 0 : offset;
  const record: FoldersRecord = {
    version: 1,
    job: part.job,
    run: part.run,
    generation: 0,
    shards: part.shards,
    mode,
    seed: about?.seed ?? null,
    first,
    origin,
    standing: begun(part.shard, origin),
    ahead: null,
    // A run whose numbers are given again is over: somebody has taken its folders away.
    eras: kept.filter((era) => last(era) < first),
    doomed: [],
  };
  const seeds = { run: part.run, seed: record.seed, mode, spec: about?.spec ?? null };
  await owner.publish(Buffer.from(`${JSON.stringify(seeds, null, 2)}\n`), join(place.seeds, `${part.run}.json`));
  await syncFolder(files, place.seeds);
  await publishRecord(files, place, owner, record);
  for (const folder of [join(place.writer, '..'), place.raw]) await syncFolder(files, folder);
  return record;
}

const last = ({ first, batches }: Era): number => first + batches - 1;

/** The highest number of a batch folder that is there; 0 when there is none. */
async function highest(files: Files, { events, kind }: Place): Promise<number> {
  const pattern = new RegExp(`^${kind.kind}-(\\d{6,})$`);
  const numbers = (await files.list(events)).flatMap((name) => {
    const digits = pattern.exec(name)?.[1];
    return digits === undefined ? [] : [{ name, number: Number(digits) }];
  });
  for (const { name, number } of numbers.sort((a, b) => b.number - a.number)) {
    if ((await readMeta(files, join(events, name))) !== null) return number;
  }
  return 0;
}
