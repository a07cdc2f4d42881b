/** The one writer of a part. A commit is: the data written and synced, then the record renamed into place. */
import { basename } from 'node:path';
import type { Totals } from '../../../workflows/ledger';
import type { Batch, Committed, Opening, Writer } from '../sink';
import { orAborted } from './abort';
import { asWriterError } from './failures';
import { syncFolder } from './files';
import { open, type Held } from './open';
import { encodeRecord, type PartRecord } from './record';
import { layOut } from './rotation';
import type { Site } from './site';

/** What a commit changes in the record besides where the data ends. */
type Progress = Pick<PartRecord, 'next' | 'totals' | 'begun'>;

export class DiskWriter implements Writer {
  private held: Held | undefined;
  /** One step at a time; any error ends the writer for good: what it left behind is for the next one to find out. */
  private state: 'new' | 'open' | 'busy' | 'dead' = 'new';
  private step: Promise<void> = Promise.resolve();
  private abandoned = false;

  constructor(
    private readonly site: Site,
    private readonly opening: Opening,
  ) {}

  async committed(): Promise<Committed> {
    this.enter('new');
    const opened = open(this.site, this.opening).then((held) => (this.held = held));
    this.step = opened.then(nothing, nothing);
    try {
      const { record } = await opened;
      this.state = 'open';
      return { next: record.next, totals: record.totals, begun: record.begun };
    } catch (error) {
      this.state = 'dead';
      throw error;
    }
  }

  commit(batches: readonly Batch[], totals: Totals, signal: AbortSignal): Promise<void> {
    return this.keep(batches, (record) => ({ next: this.nextAfter(record, batches), totals: { ...totals } }), signal);
  }

  /** Appends `data` and publishes what `change` makes of the record, both or nothing: also for a sink that sends elsewhere and keeps its progress here. */
  keep(data: readonly Pick<Batch, 'bytes'>[], change: (record: PartRecord) => Progress, signal: AbortSignal): Promise<void> {
    return this.change((held) => this.write(held, data, change(held.record), signal), signal);
  }

  raise(): Promise<void> {
    return this.change((held) => this.publish(held, { ...held.record, generation: this.opening.generation }));
  }

  async close(): Promise<void> {
    this.state = 'dead';
    const released = this.step.then(async () => {
      const held = this.held;
      this.held = undefined;
      await held?.tail.close().catch(nothing);
      await held?.owner.release();
    });
    // A step that hangs must not hold up the close: what it uses is released when it is over.
    if (!this.abandoned) await released;
  }

  private async change(change: (held: Held) => Promise<void>, signal?: AbortSignal): Promise<void> {
    this.enter('open');
    const { held } = this;
    if (held === undefined) throw new Error('the writer is not open');
    const work = change(held);
    this.step = work.then(nothing, nothing);
    try {
      await (signal === undefined ? work : orAborted(work, signal));
      this.state = 'open';
    } catch (error) {
      this.state = 'dead';
      this.abandoned = signal?.aborted === true;
      throw this.abandoned ? error : await asWriterError(error, this.site.files, held.owner, held.place, this.opening.generation);
    }
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

  private nextAfter(record: PartRecord, batches: readonly Batch[]): number {
    const { shards } = this.opening.part;
    batches.forEach(({ number }, i) => {
      const expected = record.next + i * shards;
      if (number !== expected) throw new Error(`batch ${number} was given to a writer that expects batch ${expected}`);
    });
    if (batches.length === 0) throw new Error('a commit has at least one batch');
    return record.next + batches.length * shards;
  }

  private enter(from: 'new' | 'open'): void {
    if (this.state !== from) throw new Error(`a writer that is ${this.state} was used as if it were ${from}`);
    this.state = 'busy';
  }
}

const nothing = (): void => undefined;
