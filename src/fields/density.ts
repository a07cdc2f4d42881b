/**
 * Shapes for integers, as densities that need not integrate to 1. They are tabulated over the range when a field is declared, so a draw is
 * one look-up, nothing lies outside of the range, and the mass of what is cut off is spread over the rest (truncated, not piled up at the ends).
 */
export type Density = (x: number) => number;

/** Skewed to the right: `median` > 0 in the unit of the field; about two thirds lie within a factor of e^sigma of it. */
export function logNormal({ median, sigma }: { median: number; sigma: number }): Density {
  return (x) => (x > 0 ? Math.exp(-(((Math.log(x) - Math.log(median)) / sigma) ** 2) / 2) / (x * sigma * Math.sqrt(2 * Math.PI)) : 0);
}

/** The bell curve. */
export function normal({ mean, sd }: { mean: number; sd: number }): Density {
  return (x) => Math.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * Math.sqrt(2 * Math.PI));
}

/** Falls by half with every `halving` units. */
export function exponential({ halving }: { halving: number }): Density {
  const rate = Math.LN2 / halving;
  return (x) => rate * Math.exp(-rate * x);
}

/** The same everywhere from `from` to `to`; zero elsewhere. */
export function uniform(from: number, to: number): Density {
  return (x) => (x >= from && x <= to ? 1 / (to - from) : 0);
}

/** Each shape with its weight. The shapes that integrate to 1, as those above do, then have these shares (before cutting off). */
export function mixture(...parts: readonly (readonly [weight: number, shape: Density])[]): Density {
  return (x) => parts.reduce((sum, [weight, shape]) => sum + weight * shape(x), 0);
}

/** The weight of each integer from `min` to `max`: the mean of the density over five points of its unit interval. */
export function tabulated(shape: Density, min: number, max: number): number[] {
  return Array.from({ length: max - min + 1 }, (_, i) =>
    [-0.4, -0.2, 0, 0.2, 0.4].reduce((sum, offset) => sum + shape(min + i + offset) / 5, 0),
  );
}
