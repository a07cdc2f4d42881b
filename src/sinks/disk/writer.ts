/** The one writer of a part. A commit is: the data written and synced, then the record renamed into place. */
import { basename } from 'node:path';
import type { Totals } from '../../../workflows/ledger';
import type { Batch, Opening } from '../sink';
import { asWriterError } from './failures';
import { syncFolder } from './files';
import { OneAtATime } from './one-at-a-time';
import { open, type Held } from './open';
import { encodeRecord, readmit, type PartRecord } from './record';
import { layOut } from './rotation';
import type { Site } from './site';

/** What a commit changes in the record besides where the data ends. */
type Progress = Pick<PartRecord, 'next' | 'totals' | 'begun'>;

export class DiskWriter extends OneAtATime<Held> {
  /** The commit in hand, or the last one, has come to the record. */
  private recording = false;

  constructor(
    private readonly site: Site,
    opening: Opening,
  ) {
    super(opening);
  }

  /** Data without a record counts for nothing. */
  get unwritten(): boolean {
    return !this.recording;
  }

  commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void> {
    this.recording = false;
    return this.keep(batches, () => ({ next: this.nextAfter(batches), totals: { ...totals } }), signal);
  }

  /** Appends `data` and publishes what `change` makes of the record, both or nothing: also for a sink that sends elsewhere and keeps its progress here. */
  keep(data: readonly Pick<Batch, 'bytes'>[], change: (record: PartRecord) => Progress, signal: AbortSignal): Promise<void> {
    return this.change((held) => this.write(held, data, change(held.record), signal), signal);
  }

  protected open(): Promise<Held> {
    return open(this.site, this.opening);
  }

  protected lift(held: Held): Promise<void> {
    return this.publish(held, { ...held.record, generation: this.opening.generation });
  }

  protected explain(error: unknown, { owner, place }: Held): Promise<unknown> {
    return asWriterError(error, owner, readmit(this.site.files, place, this.opening.generation));
  }

  private async write(held: Held, data: readonly Pick<Batch, 'bytes'>[], progress: Progress, signal: AbortSignal): Promise<void> {
    const { pieces, end } = layOut(held.record, data, this.site.fileLimit);
    let { file } = held.record;
    for (const piece of pieces) {
      signal.throwIfAborted();
      if (piece.file !== file) await this.rotate(held, (file = piece.file));
      await held.tail.write(piece.buffers, piece.offset);
    }
    signal.throwIfAborted();
    await held.tail.sync();
    if (file !== held.record.file) await syncFolder(this.site.files, held.place.stream);
    signal.throwIfAborted();
    this.recording = true;
    const before = held.record.file;
    await this.publish(held, { ...held.record, ...end, ...progress, generation: this.opening.generation });
    // Not at the rotation: until the record names a later file, whoever takes over may write this one anew.
    for (let complete = before; complete < end.file; complete++) this.site.sums.begin(held.place.data(complete));
  }

  /** Makes the next data file in the own folder and renames it into place; the one before is complete from here on. */
  private async rotate(held: Held, file: number): Promise<void> {
    const live = held.place.data(file);
    const draft = held.owner.at(basename(live));
    await held.tail.sync();
    const next = await this.site.files.create(draft);
    const complete = held.tail;
    held.tail = next;
    await complete.close();
    await this.site.files.rename(draft, live);
  }

  private async publish(held: Held, record: PartRecord): Promise<void> {
    await held.owner.publish(encodeRecord(record), held.place.record);
    await syncFolder(this.site.files, held.place.writer);
    held.record = record;
  }
}
