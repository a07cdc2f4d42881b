/**
 * Counts of stages: steps and linear ramps of a rate, once or over and over. With I the integral of the rate, floor(I(t) + 1e-9) events of the
 * job are due before t, and event k is due at the last µs at which I is not above k: after a silence, not before it. Everything is computed from
 * the number alone, in exact integers, whole cycles by multiplication.
 *
 * Where a stream's rate is above 10/s its batches are windows of 100 ms, counted from where the rate begins to be that high and cut where the
 * stage ends; elsewhere a batch is one event. Each window holds an event, whatever part of an event the cycles before it have left over; so numbers are
 * dense without empty batches. (Windows over everything, the empty ones being batches too, were turned down: an hour of silence would be
 * 36,000 commits of nothing, and a limit of batches would count them.)
 */
import { Area, type Line } from './area';
import { WINDOW_US, WINDOWED_ABOVE, type Count } from './count';
import { floorSum } from './exact';
import type { Pace, Stage } from './schedule';

/** A part of the cycle: windows from `fromUs` on (the last may be shorter), or, where `windows` is 0, one event a batch. */
interface Stretch {
  fromUs: number;
  untilUs: number;
  windows: number;
}

/** One cycle, number `cycle`: batches and events before each of its stretches, and before the next cycle. */
interface Lap {
  cycle: number;
  batches: number[];
  events: number[];
}

export function stagesCount({ stages, repeat, of, index }: Extract<Pace, { kind: 'stages' }>): Count {
  const area = new Area(stages, of, index);
  const { lengthUs } = area;
  const peak = stages.reduce((most, { from, to }) => Math.max(most, from, to), 0);
  const over = repeat ? Infinity : lengthUs;
  if (peak === 0) return { ...SILENCE, lengthUs: over };
  const laps = new Laps(area, stretchesOf(stages, area, of));
  const events = (us: number) => {
    const cycle = repeat ? Math.floor(us / lengthUs) : 0;
    return area.events(cycle, Math.min(us - cycle * lengthUs, lengthUs));
  };
  return {
    paced: true,
    stepUs: peak / of > WINDOWED_ABOVE ? WINDOW_US : Math.floor((of * 1e6) / peak),
    lengthUs: over,
    within: (limitUs, limitEvents) => {
      const limit = Math.min(limitUs ?? Infinity, over);
      const most = Math.min(limit === Infinity ? Infinity : events(limit), limitEvents ?? Infinity);
      return { events: most, batches: most === 0 ? 0 : most === Infinity ? Infinity : laps.batchOf(most - 1) + 1 };
    },
    before: (j) => laps.before(j, repeat),
    timeUs: (_, k) => area.instant(k),
    dueUs: (_, last) => area.instant(last),
  };
}

const SILENCE: Omit<Count, 'lengthUs'> = {
  paced: true,
  stepUs: Infinity,
  within: () => ({ batches: 0, events: 0 }),
  before: () => 0,
  timeUs: () => Infinity,
  dueUs: () => Infinity,
};

function stretchesOf(stages: readonly Stage[], area: Area, of: number): Stretch[] {
  const stretches: Stretch[] = [];
  const add = (fromUs: number, untilUs: number, windows: number) => {
    const last = stretches.at(-1);
    if (fromUs === untilUs) return;
    if (windows === 0 && last?.windows === 0) last.untilUs = untilUs;
    else stretches.push({ fromUs, untilUs, windows });
  };
  let startUs = 0;
  for (const stage of stages) {
    const endUs = startUs + stage.forUs;
    const { fromUs, untilUs } = area.above(startUs, stage, WINDOWED_ABOVE * of);
    add(startUs, fromUs, 0);
    const full = Math.floor((untilUs - fromUs) / WINDOW_US);
    const restUs = fromUs + full * WINDOW_US;
    // What is left after the last full window is a window where it always holds an event.
    const filled = area.holds(restUs, untilUs, of);
    if (full > 0 || filled) add(fromUs, filled ? untilUs : restUs, filled ? full + 1 : full);
    add(filled ? untilUs : restUs, untilUs, 0);
    add(untilUs, endUs, 0);
    startUs = endUs;
  }
  return stretches;
}

/** From batches to events and back. The last cycle asked for is remembered: the next question is mostly about it. */
class Laps {
  private readonly windows: number;
  private readonly slow: readonly (readonly [Line, Line])[];
  private last: Lap;

  constructor(
    private readonly area: Area,
    private readonly stretches: readonly Stretch[],
  ) {
    this.windows = stretches.reduce((sum, { windows }) => sum + windows, 0);
    this.slow = stretches.flatMap(({ fromUs, untilUs, windows }) =>
      windows > 0 ? [] : [[area.line(fromUs), area.line(untilUs)] as const],
    );
    this.last = this.lap(0);
  }

  before(j: number, repeat: boolean): number {
    const { cycle, batches, events } = repeat ? this.holdingBatch(j) : this.last;
    const s = Math.max(0, lastAtMost(batches.slice(0, -1), j));
    const stretch = this.stretches[s];
    if (stretch === undefined || j >= (batches.at(-1) ?? 0)) return events.at(-1) ?? 0;
    const within = j - (batches[s] ?? 0);
    if (stretch.windows === 0 || within === 0) return (events[s] ?? 0) + within;
    return this.area.events(cycle, stretch.fromUs + within * WINDOW_US);
  }

  batchOf(k: number): number {
    const { cycle, batches, events } = this.lapAt(this.area.cycleOf(k));
    const s = lastAtMost(events.slice(0, -1), k);
    const stretch = this.stretches[s];
    const first = batches[s] ?? 0;
    if (stretch === undefined || stretch.windows === 0) return first + k - (events[s] ?? 0);
    let [low, high] = [0, stretch.windows - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.area.events(cycle, stretch.fromUs + (middle + 1) * WINDOW_US) > k) high = middle;
      else low = middle + 1;
    }
    return first + low;
  }

  private holdingBatch(j: number): Lap {
    const holds = ({ batches }: Lap) => (batches[0] ?? 0) <= j && j < (batches.at(-1) ?? 0);
    if (holds(this.last)) return this.last;
    const following = this.lapAt(this.last.cycle + 1);
    if (holds(following)) return following;
    let [low, high] = [0, 1];
    while (this.batchesBefore(high) <= j) [low, high] = [high, high * 2];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.batchesBefore(middle) <= j) low = middle;
      else high = middle;
    }
    return this.lapAt(low);
  }

  private lapAt(cycle: number): Lap {
    if (this.last.cycle !== cycle) this.last = this.lap(cycle);
    return this.last;
  }

  private lap(cycle: number): Lap {
    const events = [...this.stretches.map(({ fromUs }) => fromUs), this.area.lengthUs].map((us) => this.area.events(cycle, us));
    const batches = [this.batchesBefore(cycle)];
    this.stretches.forEach(({ windows }, s) => {
      batches.push((batches[s] ?? 0) + (windows > 0 ? windows : (events[s + 1] ?? 0) - (events[s] ?? 0)));
    });
    return { cycle, batches, events };
  }

  private batchesBefore(cycle: number): number {
    const n = BigInt(cycle);
    const sum = ({ a, b, m }: Line) => floorSum(n, m, a, b);
    return Number(this.slow.reduce((total, [from, until]) => total + sum(until) - sum(from), n * BigInt(this.windows)));
  }
}

/** Index of the last of the (never falling) numbers that is not above `n`; −1 when none is. */
const lastAtMost = (numbers: readonly number[], n: number): number => numbers.findLastIndex((number) => number <= n);
