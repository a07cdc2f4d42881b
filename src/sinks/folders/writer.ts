/** The one writer of a part. A commit is: the folder made whole in the own folder, the record written ahead, then the folder renamed into place. */
import { join } from 'node:path';
import { afterBatch, type Totals } from '../../../workflows/ledger';
import { asWriterError } from '../disk/failures';
import { codeOf, syncFolder, unless } from '../disk/files';
import { OneAtATime } from '../disk/one-at-a-time';
import { SinkError, type Batch, type Opening } from '../sink';
import type { Held } from './held';
import { LEDGER, META } from './layout';
import { publishManifests } from './manifests';
import { encodeMeta, metaOf, type BatchMeta } from './meta';
import { open } from './open';
import { again, numberOf, type FoldersRecord, type Standing } from './record';
import { publishRecord } from './roll-forward';
import type { FoldersSite } from './site';

export class FoldersWriter extends OneAtATime<Held> {
  readonly single = true;

  constructor(
    private readonly site: FoldersSite,
    opening: Opening,
  ) {
    super(opening);
  }

  commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void> {
    return this.change((held) => this.write(held, batches, totals, signal), signal);
  }

  protected open(): Promise<Held> {
    return open(this.site, this.opening);
  }

  protected lift(held: Held): Promise<void> {
    return this.publish(held, { ...held.state, generation: this.opening.generation });
  }

  protected explain(error: unknown, { owner, place }: Held): Promise<unknown> {
    return asWriterError(error, owner, again(this.site.files, place, this.opening));
  }

  private async write(held: Held, batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void> {
    this.nextAfter(batches);
    for (const batch of batches) {
      signal.throwIfAborted();
      const { count, corrupted, bytes } = batch;
      // Of the batches before the last one of a commit nobody has said how late they were.
      const after = batch === batches.at(-1) ? totals : afterBatch(held.record.totals, { emitted: count, corrupted, bytes: bytes.length });
      await this.put(held, batch, after, signal);
    }
  }

  private async put(held: Held, batch: Batch, totals: Totals, signal: AbortSignal): Promise<void> {
    const { files, now } = this.site;
    const { place, owner, state } = held;
    const { seed, mode } = state;
    const number = numberOf(state, batch.number);
    const meta = metaOf(batch, { kind: place.kind, number, seed, mode, nowMs: now() });
    const draft = owner.at(meta.batch_id);
    await this.fill(draft, place.kind.file, batch, meta);
    const offset = await append(held, batch);
    const { batch_id, batch_number, scheduled_at, committed_at } = meta;
    const standing: Standing = {
      next: batch.number + this.opening.part.shards,
      totals: { ...totals },
      offset,
      last: { batch_id, batch_number, scheduled_at, committed_at },
    };
    await this.publish(held, { ...state, generation: this.opening.generation, ahead: { standing, sha256: meta.sha256 } });
    signal.throwIfAborted();
    await this.place(draft, place.batch(number), place.kind.file, batch);
    await syncFolder(files, place.events);
    held.state = { ...held.state, standing, ahead: null };
    await publishManifests(files, place, owner, held.state);
    this.tell(held, meta);
  }

  private async fill(folder: string, name: string, { bytes, ledger }: Batch, meta: BatchMeta): Promise<void> {
    const { files } = this.site;
    await files.mkdir(folder);
    const contents: [string, Uint8Array][] = [
      [name, bytes],
      ...(ledger.length > 0 ? [[LEDGER, ledger] as [string, Uint8Array]] : []),
      [META, encodeMeta(meta)],
    ];
    for (const [file, content] of contents) {
      const handle = await files.create(join(folder, file));
      try {
        await handle.write([content], 0);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    await syncFolder(files, folder);
  }

  /** The commit. A folder with the same events counts as this one: it was committed by somebody whose record is lost. */
  private async place(draft: string, target: string, name: string, { bytes }: Batch): Promise<void> {
    const { files } = this.site;
    try {
      await files.rename(draft, target);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error))) throw error;
      const there = await unless(files.read(join(target, name)), 'ENOENT', 'ENOTDIR', 'EISDIR');
      if (there?.equals(bytes) !== true)
        throw new SinkError(`${target} is there already, with other data: move it away, then resume the job`, false, { cause: error });
    }
  }

  private async publish(held: Held, record: FoldersRecord): Promise<void> {
    await publishRecord(this.site.files, held.place, held.owner, record);
    held.state = record;
  }

  private tell({ place: { kind }, state }: Held, meta: BatchMeta): void {
    const { batch_number, record_count, valid_count, corrupted_count } = meta;
    // Companies are never corrupted: others refer to them.
    const quality =
      kind.kind !== 'company' && corrupts(this.opening.about?.spec) ? ` (${valid_count} valid, ${corrupted_count} corrupted)` : '';
    this.site.log({
      component: `${kind.kind}_generator`,
      run: state.run,
      level: 'info',
      message: `${kind.noun} batch ${batch_number}: ${record_count} ${kind.plural} generated${quality}`,
      metadata: meta,
    });
  }
}

/** Writes the batch at the end of the growing file, durable before the folder's rename makes it count; answers the end. */
async function append({ all, record }: Held, { bytes }: Batch): Promise<number> {
  if (all === null) return record.offset;
  await all.write([bytes], record.offset);
  await all.sync();
  return record.offset + bytes.length;
}

/** Of a specification as it comes: whether events may be corrupted. */
const corrupts = (spec: unknown): boolean =>
  typeof spec === 'object' && spec !== null && 'quality' in spec && spec.quality !== undefined && spec.quality !== null;
