/** Batch sizes that are drawn from a range, and their sums. Sizes belong to the number of the batch, so whoever counts from another batch on counts the same. */
import { drawOf } from './draw';

/** What a size is drawn from besides the number of its batch. */
export interface Sizing {
  seed: number;
  stream: number;
  /** Number of the batch that is batch 0 of the count; below 0 where instants have been skipped. */
  n: number;
}

/**
 * Below this number each size is drawn by itself, and a sum takes all of them. From it on every second size is what its neighbour leaves of
 * `min + max`: as even a spread, and sums by multiplication. Without that a job of twenty batches a second that nobody stops would cost more with each
 * day, and a schedule of a hundred years more than a process has. (Refusing such jobs was turned down: one without a limit grows into one.)
 */
export const DRAWN_ONE_BY_ONE = 2 ** 20;
/** A sum is kept of each so many batches: 4,096 of them at most. */
const STRIDE = 256;
/** Ranges whose sums are kept: those of the jobs that are looked at again and again. */
const MOST_KEPT = 64;

/** Events before batch `b` of the stream, for any b; there are none before batch 0. Never falls. */
export type Sums = (b: number) => number;

/** Last used last. What is kept saves work; no number depends on it. */
const kept = new Map<string, Sums>();

export function sumsOf({ seed, stream }: Sizing, min: number, max: number): Sums {
  const key = [seed, stream, min, max].join(' ');
  const sums = kept.get(key) ?? drawnSums(drawOf(seed, stream), min, max);
  kept.delete(key);
  kept.set(key, sums);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  return sums;
}

function drawnSums(draw: (b: number) => number, min: number, max: number): Sums {
  const size = (b: number) => min + Math.floor((draw(b) / 2 ** 32) * (max - min + 1));
  const strides = [0];
  const oneByOne = (b: number) => {
    const whole = Math.floor(b / STRIDE);
    for (let i = strides.length - 1; i < whole; i++) strides.push(added(strides[i] ?? 0, i * STRIDE, (i + 1) * STRIDE));
    return added(strides[whole] ?? 0, whole * STRIDE, b);
  };
  const added = (sum: number, from: number, until: number) => {
    for (let b = from; b < until; b++) sum += size(b);
    return sum;
  };
  return (b) => {
    if (b <= DRAWN_ONE_BY_ONE) return oneByOne(Math.max(0, b));
    const beyond = b - DRAWN_ONE_BY_ONE;
    return oneByOne(DRAWN_ONE_BY_ONE) + Math.floor(beyond / 2) * (min + max) + (beyond % 2 === 0 ? 0 : size(b - 1));
  };
}
