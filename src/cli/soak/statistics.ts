/** Figures out of what was noted. */

/** The value at rank ceil(q·n): one that was seen, never one in between. Null of nothing. */
export function quantile(values: readonly number[], q: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}

export interface Slope {
  /** Change of y a unit of x within the groups. */
  slope: number;
  /** Standard error of it. */
  error: number;
  groups: number;
}

/**
 * One slope for several series that each begin at a level of their own (lives of a process): least squares within the groups.
 * Null where there is too little to say anything.
 */
export function pooledSlope(groups: readonly (readonly { x: number; y: number }[])[]): Slope | null {
  const used = groups.filter((points) => points.length >= 3);
  const centred = used.flatMap((points) => {
    const mean = (of: (point: { x: number; y: number }) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const [x0, y0] = [mean(({ x }) => x), mean(({ y }) => y)];
    return points.map(({ x, y }) => ({ x: x - x0, y: y - y0 }));
  });
  const xx = centred.reduce((sum, { x }) => sum + x * x, 0);
  const free = centred.length - used.length - 1;
  if (xx === 0 || free < 1) return null;
  const slope = centred.reduce((sum, { x, y }) => sum + x * y, 0) / xx;
  const residual = centred.reduce((sum, { x, y }) => sum + (y - slope * x) ** 2, 0);
  return { slope, error: Math.sqrt(residual / free / xx), groups: used.length };
}
