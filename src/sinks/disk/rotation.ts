/** Which bytes go into which data file: depends on the batches alone, never on how they are grouped into commits. */
import type { Batch } from '../sink';

/** Where the next byte goes. */
export interface Spot {
  readonly file: number;
  readonly offset: number;
}

export interface Piece extends Spot {
  readonly buffers: Buffer[];
}

/** A new file begins before the batch that would take the one in hand past `limit` bytes; a batch is never split, so a larger one has a file of its own. */
export function layOut(from: Spot, batches: readonly Pick<Batch, 'bytes'>[], limit: number): { pieces: Piece[]; end: Spot } {
  const pieces: Piece[] = [];
  let { file, offset } = from;
  let piece: Piece | undefined;
  for (const { bytes } of batches) {
    if (offset > 0 && bytes.length > 0 && offset + bytes.length > limit) {
      file++;
      offset = 0;
      piece = undefined;
    }
    if (piece === undefined) pieces.push((piece = { file, offset, buffers: [] }));
    piece.buffers.push(bytes);
    offset += bytes.length;
  }
  return { pieces, end: { file, offset } };
}
