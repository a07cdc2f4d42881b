/** Random choices that can be made again with the same seed. mulberry32 (public domain, Tommy Ettinger). */
export interface Choices {
  readonly seed: number;
  below(n: number): number;
  between(least: number, most: number): number;
  of<T>(...from: readonly [T, ...T[]]): T;
  chance(p: number): boolean;
}

export function choices(seed: number): Choices {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    seed,
    below,
    between: (least, most) => least + below(most - least + 1),
    of: (...from) => from[below(from.length)] ?? from[0],
    chance: (p) => next() < p,
  };
}
