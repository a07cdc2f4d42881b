/** Figures as people read them: `1,500`, `12.4 MB`, `2 min 5 s`, `15 ms`. */
const grouped = new Intl.NumberFormat('en-US');

export const count = (n: number): string => grouped.format(n);

/** `1 event`, `1,500 events`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** Decimal units, three digits or so: `980 B`, `12.4 MB`. */
export function bytes(n: number): string {
  const [unit, size] = (
    [
      ['GB', 1e9],
      ['MB', 1e6],
      ['kB', 1e3],
    ] as const
  ).find(([, size]) => n >= size) ?? ['B', 1];
  return size === 1 ? `${String(n)} B` : `${(n / size).toFixed(n / size < 100 ? 1 : 0)} ${unit}`;
}

/** Events a second: `10/s`, `0.5/s`, `123,456/s`. */
export const rate = (perSecond: number): string =>
  `${perSecond >= 100 ? count(Math.round(perSecond)) : String(Math.round(perSecond * 100) / 100)}/s`;

/** A length of time: `3.2 s`, `2 min 5 s`, `1 h 4 min`. */
export function span(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 60) return `${String(whole)} s`;
  if (whole < 3600) return `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
  return `${count(Math.floor(whole / 3600))} h ${String(Math.floor((whole % 3600) / 60))} min`;
}

/** Milliseconds of lateness: whole ones, as a clock gives no more. */
export const lateness = ({ p50, p99, max }: { p50: number; p99: number; max: number }): string =>
  `p50 ${count(Math.ceil(p50))} ms, p99 ${count(Math.ceil(p99))} ms, max ${count(Math.ceil(max))} ms`;
