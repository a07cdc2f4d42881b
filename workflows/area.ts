/** The integral of the rate over stages, and its inverse, in exact integers: one unit of area is 1 / `unit` of an event. */
import { fraction, squareRoot } from './exact';
import type { Stage } from './schedule';

/** Events of the stream before an instant of cycle c: floor((a·c + b) / m). */
export interface Line {
  a: bigint;
  b: bigint;
  m: bigint;
}

interface Ramp {
  startUs: number;
  /** In 1 / `den` of an event per second. */
  from: bigint;
  slope: bigint;
  us: bigint;
  /** Area before it. */
  before: bigint;
}

const BILLION = 1_000_000_000n;

export class Area {
  /** Length of one cycle, µs. */
  readonly lengthUs: number;
  private readonly ramps: readonly Ramp[];
  private readonly den: bigint;
  private readonly unit: bigint;
  private readonly total: bigint;
  private readonly of: bigint;
  private readonly index: bigint;

  /** @param of the stream makes every `of`-th event of the job, from event `index` on */
  constructor(stages: readonly Stage[], of: number, index: number) {
    this.of = BigInt(of);
    this.index = BigInt(index);
    this.den = stages
      .flatMap(({ from, to }) => [from, to])
      .map((rate) => fraction(rate).den)
      .reduce((a, b) => (a > b ? a : b), 1n);
    this.unit = 2_000_000n * this.den;
    let [startUs, before] = [0, 0n];
    this.ramps = stages.map((stage) => {
      const [from, to, us] = [this.scaled(stage.from), this.scaled(stage.to), BigInt(stage.forUs)];
      const ramp = { startUs, from, slope: to - from, us, before };
      startUs += stage.forUs;
      before += (from + to) * us;
      return ramp;
    });
    this.lengthUs = startUs;
    this.total = before;
  }

  /** The part of a stage that begins at `startUs`, in which the job's rate is above `rate` (on a ramp: from the µs on that it has reached it). */
  above(startUs: number, { from, to, forUs }: Stage, rate: number): { fromUs: number; untilUs: number } {
    const [low, high, level, us] = [this.scaled(from), this.scaled(to), this.scaled(rate), BigInt(forUs)];
    const endUs = startUs + forUs;
    if (low <= level && high <= level) return { fromUs: endUs, untilUs: endUs };
    if (low >= level && high >= level) return { fromUs: startUs, untilUs: endUs };
    if (low < high) return { fromUs: startUs + Number((us * (level - low) + (high - low) - 1n) / (high - low)), untilUs: endUs };
    return { fromUs: startUs, untilUs: startUs + Number((us * (low - level)) / (low - high)) };
  }

  /** Whether at least `events` of the job lie between two instants of the cycle, whatever fraction of an event is left over before. */
  holds(fromUs: number, untilUs: number, events: number): boolean {
    const [from, until] = [this.at(fromUs), this.at(untilUs)];
    return until.num * from.den - from.num * until.den >= BigInt(events) * this.unit * from.den * until.den;
  }

  /** Events of the stream before instant `us` (0 … lengthUs) of cycle number `cycle`: of floor(I + 1e-9) those whose number is `index` modulo `of`. */
  events(cycle: number, us: number): number {
    const { a, b, m } = this.line(us);
    return Number((a * BigInt(cycle) + b) / m);
  }

  line(us: number): Line {
    const { num, den } = this.at(us);
    const event = this.unit * den;
    return {
      a: this.total * den * BILLION,
      b: num * BILLION + event + (this.of - 1n - this.index) * event * BILLION,
      m: event * BILLION * this.of,
    };
  }

  /** The cycle at whose end more than `k` events of the stream have been counted, and at whose begin they have not. */
  cycleOf(k: number): number {
    const needed = (BigInt(k) * this.of + this.index + 1n) * this.unit * BILLION - this.unit;
    const per = this.total * BILLION;
    return Number((needed + per - 1n) / per) - 1;
  }

  /** Instant of event `k` of the stream, µs from the begin of cycle 0. */
  instant(k: number): number {
    const area = (BigInt(k) * this.of + this.index) * this.unit;
    const [cycle, rest] = [area / this.total, area % this.total];
    const ramp = this.ramps.findLast(({ before }) => before <= rest);
    if (ramp === undefined) throw new Error('a cycle without stages');
    return Number(cycle) * this.lengthUs + ramp.startUs + Number(lastWithin(ramp, rest - ramp.before));
  }

  /** Area of the cycle before the instant, as a fraction of integers. */
  private at(us: number): { num: bigint; den: bigint } {
    const ramp = this.ramps.findLast(({ startUs }) => startUs <= us);
    if (ramp === undefined) return { num: 0n, den: 1n };
    const t = BigInt(us - ramp.startUs);
    if (ramp.slope === 0n) return { num: ramp.before + 2n * ramp.from * t, den: 1n };
    return { num: (ramp.before + 2n * ramp.from * t) * ramp.us + ramp.slope * t * t, den: ramp.us };
  }

  private scaled(rate: number): bigint {
    const { num, den } = fraction(rate);
    return (num * this.den) / den;
  }
}

/** The last µs of a ramp before which its area is not above `area`, which is less than the whole: the root of slope·t² + 2·from·us·t = area·us. */
function lastWithin({ from, slope, us }: Ramp, area: bigint): bigint {
  if (slope === 0n) return area / (2n * from);
  const base = from * us;
  const square = base * base + slope * area * us;
  const root = squareRoot(square);
  if (slope > 0n) return (root - base) / slope;
  return (base - (root * root < square ? root + 1n : root)) / -slope;
}
