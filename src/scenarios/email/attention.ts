/**
 * The attention clock: it runs quickly while somebody looks at his mail and stands still while he sleeps. Whatever waits for a recipient (an
 * open, a visit, a ticket) waits on this clock, so that every hour and every minute gets its share of what happens.
 */

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const WEEK_MS = WEEK_MINUTES * MINUTE_MS;
const WEEK_HOURS = 168;
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * DAY_MINUTES * MINUTE_MS;

/** Minutes of the day in which attention is a multiple of its hour's. */
export interface Spike {
  /** `07:35`, inclusive. */
  readonly from: string;
  /** `08:05`, exclusive. */
  readonly until: string;
  readonly times: number;
}

export interface Profile {
  /** One digit an hour, 0 to 9, Monday to Friday: relative attention. */
  readonly weekday: string;
  /** The same for Saturday and Sunday. */
  readonly weekend: string;
  /** Monday to Friday. */
  readonly spikes: readonly Spike[];
}

/** Everybody looks at the full hour: the first minutes of each hour. */
export const ON_THE_HOUR = { minutes: 3, times: 2.5 } as const;

export class Attention {
  /** Hours of attention from Monday 00:00 until minute `m` of the week. */
  private readonly sums = new Float64Array(WEEK_MINUTES + 1);

  constructor(profile: Profile) {
    const weights = Array.from({ length: WEEK_MINUTES }, (_, minute) => weightOf(profile, minute));
    const total = weights.reduce((a, b) => a + b, 0);
    weights.forEach((weight, minute) => (this.sums[minute + 1] = (this.sums[minute] ?? 0) + (weight / total) * WEEK_HOURS));
  }

  /** The local instant (ms) at which `hours` (> 0) of attention have passed since `localMs`; a week has 168 of them. */
  after(localMs: number, hours: number): number {
    const week = Math.floor((localMs - MONDAY_MS) / WEEK_MS);
    const minute = (localMs - MONDAY_MS - week * WEEK_MS) / MINUTE_MS;
    const target = this.until(minute) + hours;
    const weeks = Math.floor(target / WEEK_HOURS);
    return MONDAY_MS + (week + weeks) * WEEK_MS + this.minuteAt(target - weeks * WEEK_HOURS) * MINUTE_MS;
  }

  private until(minute: number): number {
    const whole = Math.floor(minute);
    const before = this.sums[whole] ?? 0;
    return before + ((this.sums[whole + 1] ?? before) - before) * (minute - whole);
  }

  /** Inverse of `until`: by halving, then in a straight line within the minute. */
  private minuteAt(hours: number): number {
    let [low, high] = [0, WEEK_MINUTES];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.sums[middle] ?? 0) <= hours) low = middle;
      else high = middle;
    }
    const before = this.sums[low] ?? 0;
    const width = (this.sums[high] ?? before) - before;
    return low + (width > 0 ? (hours - before) / width : 0);
  }
}

function weightOf({ weekday, weekend, spikes }: Profile, minuteOfWeek: number): number {
  const minute = minuteOfWeek % DAY_MINUTES;
  const working = minuteOfWeek < 5 * DAY_MINUTES;
  const hourly = Number((working ? weekday : weekend)[Math.floor(minute / 60)]);
  const onTheHour = minute % 60 < ON_THE_HOUR.minutes ? ON_THE_HOUR.times : 1;
  const spike = working ? spikes.find(({ from, until }) => minute >= minuteOf(from) && minute < minuteOf(until)) : undefined;
  return hourly * Math.max(onTheHour, spike?.times ?? 1);
}

function minuteOf(time: string): number {
  const [hours = NaN, minutes = NaN] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
