/** The few statistics that the tests of fields and scenarios share. All draws are by address, so each figure is the same on every run: no test here can flicker. */
import { BatchBuffer } from '../../src/fields/batch-buffer';
import { type EventContext, type Field, Scope } from '../../src/fields/field';
import { Random, streamKey } from '../../src/fields/random';

export const randomOf = (seed: number, stream = 'test'): Random =>
  new Random(streamKey({ seed, startUs: 0, scenario: { name: 'test', version: 1, options: {} }, stream }));

/** Pearson's chi-square of counts against expected shares, as a distance from its mean in standard deviations (normal approximation). */
export function chiSquareZ(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  const whole = shares.reduce((a, b) => a + b, 0);
  const chi = counts.reduce((sum, count, i) => {
    const expected = (total * shares[i]!) / whole;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  const freedom = counts.length - 1;
  return (chi - freedom) / Math.sqrt(2 * freedom);
}

export const equalShares = (n: number): number[] => new Array<number>(n).fill(1);

/** Pearson's correlation; of independent numbers it is within 4 / sqrt(n) but once in 16,000 times. */
export function correlation(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  xs.forEach((x, i) => {
    xy += (x - mx) * (ys[i]! - my);
    xx += (x - mx) ** 2;
    yy += (ys[i]! - my) ** 2;
  });
  return xy / Math.sqrt(xx * yy);
}

/** What a field writes for the first `count` events of batch 0, as text. */
export function written(field: Field, count: number, { seed = 1, timeUs = 1_767_225_600_123_456 } = {}): string[] {
  const write = field.bind(Scope.root());
  const random = randomOf(seed);
  const out = new BatchBuffer();
  const context: EventContext = { timeUs, event: 0, drawn: Scope.slots() };
  return Array.from({ length: count }, (_, i) => {
    out.reset();
    random.at(0, i);
    context.event = i;
    write(out, random, context);
    return out.bytes.toString('utf8', 0, out.at);
  });
}

/** The same, parsed. */
export const values = <T>(field: Field, count: number, options?: { seed?: number; timeUs?: number }): T[] =>
  written(field, count, options).map((text) => JSON.parse(text) as T);

export const countsOf = <T>(all: readonly T[], of: readonly T[]): number[] =>
  of.map((value) => all.filter((other) => other === value).length);
