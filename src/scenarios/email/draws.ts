/** Draws from continuous distributions. Logarithm, exponential and root alone: sine and cosine differ in the last bit between versions of V8. */
import type { Random } from '../../fields/random';

export const chance = (random: Random, p: number): boolean => random.float() < p;

export const uniform = (random: Random, from: number, to: number): number => from + random.float() * (to - from);

/** @param mean > 0 */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random.float());

/** Half of the draws are below `median` > 0; about two thirds lie within a factor of e^sigma of it. */
export const logNormal = (random: Random, median: number, sigma: number): number => median * Math.exp(sigma * normal(random));

/** Mean 0, deviation 1: G. Marsaglia's polar method. */
function normal(random: Random): number {
  for (;;) {
    const [x, y] = [uniform(random, -1, 1), uniform(random, -1, 1)];
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}
