/** Consecutive batches for one commit, made in slices so that other jobs of this worker stay on time. Two sets of buffers take turns: one is being committed while the other is filled. */
import { setImmediate } from 'node:timers/promises';
import { BatchBuffer } from '../src/fields/batch-buffer';
import type { Batch } from '../src/sinks/sink';
import type { Generation } from '../src/spec/generation';

/**
 * Longest time that generation keeps the event loop. A commit beside it takes a dozen steps, each of which waits for the end of a slice:
 * with 5 ms commits took longer than the making (620 to 800 k events/s on disk; with 1 ms, 940 k).
 */
const SLICE_MS = 1;
/** Limits of one commit; a single batch may be larger. The bytes do not depend on the grouping. */
const MAX_EVENTS = 20_000;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_BATCHES = 256;

export class Group {
  readonly batches: Batch[] = [];
  private events = 0;
  private bytes = 0;
  private readonly buffers: BatchBuffer[] = [];
  /** Begin of the present slice. Of the group, not of the batch: a thousand small batches must not keep the event loop either. */
  private since = 0;

  constructor(private readonly maxEvents = MAX_EVENTS) {}

  clear(): void {
    this.batches.length = 0;
    this.events = 0;
    this.bytes = 0;
  }

  get full(): boolean {
    return this.events >= this.maxEvents || this.bytes >= MAX_BYTES || this.batches.length >= MAX_BATCHES;
  }

  /** Makes batch `b` and appends it. */
  async add(generation: Generation, stream: number, b: number): Promise<void> {
    const used = this.batches.length;
    const buffer = (this.buffers[used] ??= new BatchBuffer());
    const steps = generation.fill(stream, b, buffer);
    for (;;) {
      if (performance.now() - this.since >= SLICE_MS) {
        await setImmediate();
        this.since = performance.now();
      }
      const step = steps.next();
      if (step.done === true) {
        this.batches.push(step.value);
        this.events += step.value.count;
        this.bytes += step.value.bytes.length;
        return;
      }
    }
  }
}
