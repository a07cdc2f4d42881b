/** Durations: ISO 8601 (`PT10S`, `P1DT2H`) and the short form (`10s`, `5m`, `1h30m`, `250ms`, `2d`) ⇄ exact microseconds. */

const UNITS_US = { W: 604_800_000_000, D: 86_400_000_000, H: 3_600_000_000, M: 60_000_000, S: 1_000_000 } as const;
const SHORT_US = { d: UNITS_US.D, h: UNITS_US.H, m: UNITS_US.M, s: UNITS_US.S, ms: 1000, us: 1 } as const;

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const ISO = new RegExp(`^P(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`);
const SHORT = new RegExp(`^(?:${NUMBER}d)?(?:${NUMBER}h)?(?:${NUMBER}m(?!s))?(?:${NUMBER}s)?(?:${NUMBER}ms)?(?:${NUMBER}us)?$`);

/** Microseconds of an ISO 8601 duration without years and months (they have no fixed length); undefined when it is none or not a whole number of µs. */
export function parseIsoDuration(text: string): number | undefined {
  if (text.endsWith('T')) return undefined;
  return total(ISO.exec(text), Object.values(UNITS_US));
}

/** Microseconds of either form; undefined when it is none, or not a whole number of µs, or above 2^53 µs (285 years). */
export const parseDuration = (text: string): number | undefined =>
  parseIsoDuration(text) ?? total(SHORT.exec(text), Object.values(SHORT_US));

function total(match: RegExpExecArray | null, units: readonly number[]): number | undefined {
  if (match === null || match[0] === '' || match[0] === 'P') return undefined;
  let us = 0n;
  for (const [i, unit] of units.entries()) {
    const [whole = '0', fraction = ''] = (match[i + 1] ?? '0').split('.');
    // Decimal digits in integers: 0.1 + 0.2 seconds must not leave a stray fraction of a microsecond.
    const scaled = BigInt(whole + fraction) * BigInt(unit);
    const scale = 10n ** BigInt(fraction.length);
    if (scaled % scale !== 0n) return undefined;
    us += scaled / scale;
  }
  return us <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(us) : undefined;
}

/** The canonical form: `PT5M`, `PT0.05S`, `P1DT12H`, `PT0S`. `us` is a whole number ≥ 0. */
export function formatDuration(us: number): string {
  const days = Math.floor(us / UNITS_US.D);
  const hours = Math.floor((us % UNITS_US.D) / UNITS_US.H);
  const minutes = Math.floor((us % UNITS_US.H) / UNITS_US.M);
  const rest = us % UNITS_US.M;
  const fraction = String(rest % UNITS_US.S)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const seconds = `${Math.floor(rest / UNITS_US.S)}${fraction === '' ? '' : `.${fraction}`}`;
  const time = (hours > 0 ? `${hours}H` : '') + (minutes > 0 ? `${minutes}M` : '') + (rest > 0 ? `${seconds}S` : '');
  if (us === 0) return 'PT0S';
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}
