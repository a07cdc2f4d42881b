/**
 * Counts of one pace on its own clock (µs from the pace's origin), in exact integers: how many events are due before an instant, which batch
 * holds which event, when a batch is due. Nothing is accumulated, so nothing drifts: every answer is computed from the number alone.
 */
import { WINDOW_US, WINDOWED_ABOVE, type Count } from './count';
import { sumsOf, type Sizing } from './drawn-sizes';
import { fraction } from './exact';
import type { Pace } from './schedule';
import { stagesCount } from './stages';

/** @param sizing for sizes drawn from the batch's address */
export function countOf(pace: Pace, sizing: Sizing): Count {
  switch (pace.kind) {
    case 'rate':
      return rateCount(pace);
    case 'every':
      return everyCount(pace, sizing);
    case 'stages':
      return stagesCount(pace);
    case 'unpaced':
      return unpacedCount(pace);
  }
}

function rateCount({ rate, of, index }: Extract<Pace, { kind: 'rate' }>): Count {
  const { num, den } = fraction(rate);
  const [each, own] = [BigInt(of), BigInt(index)];
  const windowed = rate / of > WINDOWED_ABOVE;
  const window = BigInt(WINDOW_US);
  // floor(r·t + 1e-9) events of the job before t; the stream owns those whose number is `index` modulo `of`.
  const jobEvents = (us: bigint) => (num * us * 1000n + den) / (den * 1_000_000_000n);
  const events = (us: number) => Number((jobEvents(BigInt(us)) + each - 1n - own) / each);
  const jobNumber = (k: number) => BigInt(k) * each + own;
  const [perEvent, small] = [1e6 * Number(den), Number.isSafeInteger(Number(num))];
  const instant = (k: number) => {
    const scaled = (k * of + index) * perEvent;
    // Below 2^53 the quotient of two integers rounds down correctly in doubles, twenty times quicker.
    return small && scaled < Number.MAX_SAFE_INTEGER ? Math.floor(scaled / Number(num)) : Number((jobNumber(k) * 1_000_000n * den) / num);
  };
  /** Smallest window before whose end more than `k` events of the stream are due. */
  const windowOf = (k: number) => {
    const end = (jobNumber(k) + 1n) * den * 1_000_000_000n - den;
    const per = num * 1000n * window;
    return Number((end + per - 1n) / per) - 1;
  };
  const batchOf = windowed ? windowOf : (k: number) => k;
  return {
    paced: true,
    lengthUs: Infinity,
    stepUs: rate === 0 ? Infinity : windowed ? WINDOW_US : Math.floor((of * 1e6) / rate),
    within: (limitUs, limitEvents) => {
      const most = num === 0n ? 0 : Math.min(limitUs === null ? Infinity : events(limitUs), limitEvents ?? Infinity);
      return { events: most, batches: most === 0 ? 0 : most === Infinity ? Infinity : batchOf(most - 1) + 1 };
    },
    before: (j) => (windowed ? events(j * WINDOW_US) : j),
    timeUs: (_, k) => instant(k),
    dueUs: (_, last) => instant(last),
  };
}

function everyCount({ everyUs, min, max }: Extract<Pace, { kind: 'every' }>, sizing: Sizing): Count {
  const before = min === max ? (j: number) => j * min : drawnBefore(sizing, min, max);
  const holding = (events: number) => (max === 0 && events > 0 ? Infinity : leastReaching(before, events));
  return {
    paced: true,
    lengthUs: Infinity,
    stepUs: everyUs,
    within: (limitUs, limitEvents) => {
      const batches = Math.min(
        limitUs === null ? Infinity : Math.ceil(limitUs / everyUs),
        limitEvents === null ? Infinity : holding(limitEvents),
      );
      return { batches, events: batches === Infinity ? Infinity : Math.min(before(batches), limitEvents ?? Infinity) };
    },
    before,
    timeUs: (j) => j * everyUs,
    dueUs: (j) => j * everyUs,
  };
}

function drawnBefore(sizing: Sizing, min: number, max: number): (j: number) => number {
  const sums = sumsOf(sizing, min, max);
  return (j) => sums(sizing.n + j) - sums(sizing.n);
}

/** Smallest j ≥ 0 with before(j) ≥ events, by doubling and halving. @param before never falls, and reaches any number */
function leastReaching(before: (j: number) => number, events: number): number {
  let high = 1;
  while (before(high) < events) high *= 2;
  let low = -1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (before(middle) < events) low = middle;
    else high = middle;
  }
  return high;
}

function unpacedCount({ batchSize, stepUs }: Extract<Pace, { kind: 'unpaced' }>): Count {
  return {
    paced: false,
    lengthUs: Infinity,
    stepUs: 0,
    within: (_, limitEvents) =>
      limitEvents === null ? { batches: Infinity, events: Infinity } : { batches: Math.ceil(limitEvents / batchSize), events: limitEvents },
    before: (j) => j * batchSize,
    timeUs: (_, k) => k * stepUs,
    dueUs: (_, last) => last * stepUs,
  };
}
