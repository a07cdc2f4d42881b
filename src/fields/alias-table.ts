/** Draws from a finite distribution with one 32-bit number and one look-up, however many values there are. */
import type { Random } from './random';

/**
 * The alias method (A. J. Walker 1977), built as M. D. Vose (1991) does. The high part of the number chooses a column, what is left
 * of it decides between the column's own value and its alias: a share is exact to n / 2^32.
 */
export class AliasTable {
  private readonly keep: Float64Array;
  private readonly alias: Int32Array;
  private readonly size: number;

  /** @param weights at least one; finite, not negative, not all zero; they need not sum to 1 */
  constructor(weights: readonly number[]) {
    const n = weights.length;
    const total = weights.reduce((a, b) => a + b, 0);
    if (!(total > 0) || !Number.isFinite(total) || weights.some((weight) => weight < 0)) {
      throw new Error(`weights must be finite, not negative and not all zero: ${JSON.stringify(weights)}`);
    }
    this.size = n / 2 ** 32;
    this.keep = Float64Array.from(weights, (weight) => (weight / total) * n);
    this.alias = Int32Array.from(weights, (_, i) => i);
    const below: number[] = [];
    const above: number[] = [];
    this.keep.forEach((share, i) => (share < 1 ? below : above).push(i));
    for (let poor = below.pop(), rich = above.pop(); poor !== undefined && rich !== undefined; poor = below.pop()) {
      this.alias[poor] = rich;
      const left = (this.keep[rich] ?? 0) - (1 - (this.keep[poor] ?? 0));
      this.keep[rich] = left;
      if (left < 1) {
        below.push(rich);
        rich = above.pop();
      }
    }
  }

  /** Index of the drawn weight. */
  draw(random: Random): number {
    const place = (random.bits() >>> 0) * this.size;
    const column = place | 0;
    return place - column < (this.keep[column] ?? 0) ? column : (this.alias[column] ?? 0);
  }
}
