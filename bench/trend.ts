/** A straight line through samples, by least squares, and how far its slope may be trusted. */
export interface Trend {
  /** Units of `y` per unit of `x`. */
  readonly slope: number;
  /** Standard error of the slope, for samples that depend on the one before. */
  readonly slopeError: number;
  /** Standard deviation of the samples around the line, in units of `y`. */
  readonly scatter: number;
}

/**
 * Neighbouring samples of memory are much alike, so they tell less than as many independent ones: the error is widened by √((1+ρ)/(1−ρ)), ρ the
 * correlation of a residual with the next one (Santer et al. 2000, doi:10.1029/1999JD901105, equation 6).
 * @param points at least 3, in the order of `x`, evenly spaced
 */
export function trendOf(points: readonly { readonly x: number; readonly y: number }[]): Trend {
  const n = points.length;
  if (n < 3) throw new Error(`a trend needs at least 3 samples, not ${String(n)}`);
  const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
  const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const sum = (term: (point: { x: number; y: number }) => number) => points.reduce((total, point) => total + term(point), 0);
  const sxx = sum(({ x }) => (x - mx) ** 2);
  const slope = sum(({ x, y }) => (x - mx) * (y - my)) / sxx;
  const residuals = points.map(({ x, y }) => y - my - slope * (x - mx));
  const squares = residuals.reduce((total, r) => total + r * r, 0);
  const next = residuals.slice(1).reduce((total, r, i) => total + r * (residuals[i] ?? 0), 0);
  const rho = squares === 0 ? 0 : Math.min(0.99, Math.max(0, next / squares));
  const scatter = Math.sqrt(squares / (n - 2));
  return { slope, slopeError: (scatter / Math.sqrt(sxx)) * Math.sqrt((1 + rho) / (1 - rho)), scatter };
}
