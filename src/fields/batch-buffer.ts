/** The bytes of one batch while it is made: one growing buffer of JSON lines beside a smaller one of keys. Used again for the next batch (`reset`). */
export class BatchBuffer {
  bytes: Buffer = Buffer.allocUnsafe(64 * 1024);
  /** The same memory as `bytes`. */
  view = viewOf(this.bytes);
  /** Bytes written so far. Fields write at `at` and move it; room for them is asked for with `ensure`. */
  at = 0;
  keys: Buffer = Buffer.allocUnsafe(4 * 1024);
  keysAt = 0;
  count = 0;
  corrupted = 0;
  ends = new Uint32Array(256);
  keyEnds = new Uint32Array(256);
  timesMs = new Float64Array(256);
  /** Top-level field whose value becomes the key of each event, in place of the one that was noted; undefined: that one stays. */
  keyField: string | undefined;
  /** Where `replace` writes; it takes turns with `bytes`. */
  private spare: Buffer = Buffer.alloc(0);

  reset(): void {
    this.at = 0;
    this.keysAt = 0;
    this.count = 0;
    this.corrupted = 0;
  }

  /** Where the event in hand begins. */
  get eventStart(): number {
    return this.count === 0 ? 0 : (this.ends[this.count - 1] ?? 0);
  }

  /** Makes room for `more` bytes after `at`. */
  ensure(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    this.bytes = grown(this.bytes, this.at, this.at + more);
    this.view = viewOf(this.bytes);
  }

  /** Copies a slice of `bytes` (the value of the key field, without quotes) as the key of the event in hand. */
  keyFrom(start: number, end: number): void {
    const { bytes, keysAt } = this;
    this.ensureKey(end - start);
    const { keys } = this;
    // Not Buffer.copy: a key is so short that the call costs more than the bytes.
    for (let i = start; i < end; i++) keys[keysAt + i - start] = bytes[i] ?? 0;
    this.keysAt += end - start;
  }

  /** Notes a text as the key of the event in hand, where it is not a slice of `bytes` (a string that JSON writes with escapes). */
  keyText(text: string): void {
    this.ensureKey(Buffer.byteLength(text));
    this.keysAt += this.keys.write(text, this.keysAt);
  }

  /** Ends the event in hand: writes the newline and notes where it ends. */
  endEvent(timeMs: number): void {
    if (this.keyField !== undefined) this.noteInstead(this.keyField);
    this.ensure(1);
    this.bytes[this.at++] = NEWLINE;
    const i = this.count++;
    if (i === this.ends.length) this.growIndex();
    this.ends[i] = this.at;
    this.keyEnds[i] = this.keysAt;
    this.timesMs[i] = timeMs;
  }

  /** A string as its text, anything else as its JSON. Reads the event back, for a microsecond or two: only where somebody wants another key. */
  private noteInstead(field: string): void {
    const { bytes, at, count } = this;
    const event: unknown = JSON.parse(bytes.toString('utf8', this.eventStart, at));
    const value: unknown =
      typeof event === 'object' && event !== null ? Object.entries(event).find(([name]) => name === field)?.[1] : undefined;
    this.keysAt = count === 0 ? 0 : (this.keyEnds[count - 1] ?? 0);
    this.keyText(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  }

  /** The bytes of event `i` without its newline: a view, good until the buffer is written again. */
  line(i: number): Buffer {
    return this.bytes.subarray(i === 0 ? 0 : this.ends[i - 1], (this.ends[i] ?? 1) - 1);
  }

  /** Puts other lines, without newlines, in the places of events; keys and times stay. Views of `line` are no longer good after it. */
  replace(lines: ReadonlyMap<number, string | Buffer>): void {
    if (lines.size === 0) return;
    const old = { bytes: this.bytes, ends: this.ends.slice(0, this.count) };
    const more = [...lines.values()].reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    const bytes = this.spare.length >= this.at + more ? this.spare : Buffer.allocUnsafe(Math.max(old.bytes.length, this.at + more));
    let [at, from] = [0, 0];
    for (const [i, end] of old.ends.entries()) {
      const line = lines.get(i);
      if (line === undefined) at += old.bytes.copy(bytes, at, from, end);
      else {
        at += typeof line === 'string' ? bytes.write(line, at) : line.copy(bytes, at);
        bytes[at++] = NEWLINE;
      }
      from = end;
      this.ends[i] = at;
    }
    this.spare = old.bytes;
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.at = at;
  }

  private ensureKey(more: number): void {
    if (this.keysAt + more > this.keys.length) this.keys = grown(this.keys, this.keysAt, this.keysAt + more);
  }

  private growIndex(): void {
    const ends = new Uint32Array(this.ends.length * 2);
    ends.set(this.ends);
    this.ends = ends;
    const keyEnds = new Uint32Array(this.keyEnds.length * 2);
    keyEnds.set(this.keyEnds);
    this.keyEnds = keyEnds;
    const timesMs = new Float64Array(this.timesMs.length * 2);
    timesMs.set(this.timesMs);
    this.timesMs = timesMs;
  }
}

const NEWLINE = 10;

const viewOf = (buffer: Buffer): DataView => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);

function grown(buffer: Buffer, used: number, needed: number): Buffer {
  const bigger = Buffer.allocUnsafe(Math.max(needed, buffer.length * 2));
  buffer.copy(bigger, 0, 0, used);
  return bigger;
}
