/** Exact pieces out of a stream of chunks. */
export class Reader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private left: Buffer = Buffer.alloc(0);
  private over = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `length` bytes; fewer where the stream ends before. */
  async take(length: number): Promise<Buffer> {
    const pieces = [this.left];
    let have = this.left.length;
    while (have < length && (await this.more())) {
      pieces.push(this.left);
      have += this.left.length;
    }
    const all = pieces.length === 1 ? this.left : Buffer.concat(pieces);
    this.left = all.subarray(length);
    return all.subarray(0, length);
  }

  async ended(): Promise<boolean> {
    while (this.left.length === 0) if (!(await this.more())) return true;
    return false;
  }

  /** Lets the source release what it holds open, also where it was not read to its end. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async more(): Promise<boolean> {
    if (this.over) return false;
    const { done, value } = await this.chunks.next();
    this.over = done === true;
    this.left = done === true ? Buffer.alloc(0) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return !this.over;
  }
}
