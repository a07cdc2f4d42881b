const LEVELS = [...'▁▂▃▄▅▆▇█'];

/** A bar a value, from nothing to the largest; a space for nothing at all. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values);
  return values.map((value) => (value === 0 ? ' ' : (LEVELS[Math.ceil((value / most) * LEVELS.length) - 1] ?? ''))).join('');
}
