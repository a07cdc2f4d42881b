/**
 * The schedule by an arithmetic of its own: event by event, from the start on, in whole numbers that are large enough for every fraction. Slow and
 * plain; what workflows/schedule.ts computes at once has to agree with it.
 */
import { drawOf } from '../../workflows/draw';
import type { Limits, Pace, Stage } from '../../workflows/schedule';

export interface NaiveBatch {
  dueUs: number;
  timesUs: number[];
}

/** A batch on its pace's own clock. Where the size is drawn it belongs to the number that the batch will get. */
interface Local {
  dueUs: number;
  timesOf: (number: number) => number[];
}

/** Rates in tests have at most six decimals. */
const DECIMALS = 1_000_000;
const NANO = 1_000_000_000n;
const WINDOW_US = 100_000;
const FOREVER_US = 2 ** 51;
const scaled = (rate: number) => BigInt(Math.round(rate * DECIMALS));

/** The batches of a pace, one after the other. `forUs`: the time that is left to it. */
function* batchesOf(pace: Pace, forUs: number, draw: (number: number) => number): Generator<Local> {
  if (pace.kind === 'rate') yield* batchesOfStages([{ from: pace.rate, to: pace.rate, forUs: FOREVER_US }], false, forUs, pace);
  else if (pace.kind === 'stages') yield* batchesOfStages(pace.stages, pace.repeat, forUs, pace);
  else if (pace.kind === 'every') {
    const size = (number: number) => pace.min + Math.floor((draw(number) / 2 ** 32) * (pace.max - pace.min + 1));
    for (let dueUs = 0; dueUs < forUs; dueUs += pace.everyUs) {
      const at = dueUs;
      yield { dueUs, timesOf: (number) => Array<number>(size(number)).fill(at) };
    }
  } else {
    for (let k = 0; ; k += pace.batchSize) {
      const times = Array.from({ length: pace.batchSize }, (_, i) => (k + i) * pace.stepUs);
      yield { dueUs: times.at(-1) ?? 0, timesOf: () => times };
    }
  }
}

/** A stage laid on the clock, cut where the rate passes 10/s a stream; events before its begin in `before`, in parts of an event. */
interface Piece {
  fromUs: number;
  untilUs: number;
  windows: boolean;
}

/**
 * What is counted by t is I(t) + 1e-9, rounded down, with I the integral of the rate; event m is due at the last µs at which I is not above m. I is
 * kept as a whole number of 1/`one` of an event, and grows stage by stage.
 */
function* batchesOfStages(
  stages: readonly Stage[],
  repeat: boolean,
  forUs: number,
  { of, index }: { of: number; index: number },
): Generator<Local> {
  if (stages.every(({ from, to }) => from === 0 && to === 0)) return;
  const ramps = stages.filter(({ from, to }) => from !== to);
  const one = ramps.reduce((product, stage) => product * BigInt(stage.forUs), 2_000_000n * BigInt(DECIMALS) * NANO);
  const laid = layStages(stages, repeat, one);
  const counted = (m: number, area: bigint) => area + one / NANO >= BigInt(m + 1) * one;

  const untilUs = Math.min(forUs, repeat ? FOREVER_US : stages.reduce((sum, stage) => sum + stage.forUs, 0));
  const most = untilUs > 0 && untilUs < FOREVER_US / 2 ? laid.at(untilUs) : null;
  let window: { piece: Piece; number: number; batch: number[] } | null = null;
  for (let m = index; untilUs > 0; m += of) {
    if (most !== null && !counted(m, most)) break;
    const dueUs = laid.instantOf(BigInt(m) * one);
    const place = laid.pieceOf((us) => counted(m, laid.at(us)), of);
    if (window !== null && (place.piece !== window.piece || place.number !== window.number)) {
      yield wholeOf(window.batch);
      window = null;
    }
    if (!place.piece.windows) yield wholeOf([dueUs]);
    else if (window === null) window = { ...place, batch: [dueUs] };
    else window.batch.push(dueUs);
  }
  if (window !== null) yield wholeOf(window.batch);
}

const wholeOf = (times: number[]): Local => ({ dueUs: times.at(-1) ?? 0, timesOf: () => times });

/** Stages one after the other as far as they are asked for. */
function layStages(stages: readonly Stage[], repeat: boolean, one: bigint) {
  interface Laid {
    stage: Stage;
    startUs: number;
    before: bigint;
    pieces: Piece[] | null;
  }
  const laid: Laid[] = [];
  const perUs = one / (2_000_000n * BigInt(DECIMALS));
  const local = ({ from, to, forUs }: Stage, us: number): bigint => {
    const t = BigInt(us);
    return from === to
      ? 2n * scaled(from) * t * perUs
      : 2n * scaled(from) * t * perUs + ((scaled(to) - scaled(from)) * t * t * perUs) / BigInt(forUs);
  };
  const grow = (): boolean => {
    const last = laid.at(-1);
    const stage = stages[laid.length % stages.length]!;
    if (!repeat && laid.length >= stages.length) return false;
    const [startUs, before] =
      last === undefined ? [0, 0n] : [last.startUs + last.stage.forUs, last.before + local(last.stage, last.stage.forUs)];
    laid.push({ stage, startUs, before, pieces: null });
    return true;
  };
  grow();
  /** Stages are asked for one after the other: from the last place on. */
  const find = (isIn: (stage: Laid, next: bigint) => boolean, from: number): number => {
    for (let i = from; ; i++) {
      const here = laid[i]!;
      if (isIn(here, here.before + local(here.stage, here.stage.forUs))) return i;
      if (i + 1 >= laid.length && !grow()) return i;
    }
  };
  let [instants, areas, places] = [0, 0, { stage: 0, piece: 0, number: 0 }];
  return {
    at(us: number): bigint {
      areas = find(({ startUs, stage }) => us < startUs + stage.forUs, laid[areas]!.startUs <= us ? areas : 0);
      const here = laid[areas]!;
      return here.before + local(here.stage, Math.min(us - here.startUs, here.stage.forUs));
    },
    /** Asked in the order of the events. */
    instantOf(area: bigint): number {
      instants = find((_, next) => next > area, instants);
      const { stage, startUs, before } = laid[instants]!;
      if (stage.from === stage.to) return startUs + Number((area - before) / local(stage, 1));
      let [low, high] = [0, stage.forUs];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (before + local(stage, middle) <= area) low = middle;
        else high = middle;
      }
      return startUs + low;
    },
    /** The piece, and the window in it, by whose end an event is counted. Asked in the order of the events. */
    pieceOf(isCounted: (us: number) => boolean, of: number): { piece: Piece; number: number } {
      for (;;) {
        const here = laid[places.stage]!;
        here.pieces ??= piecesOf(here.stage, here.startUs, of, (from, until) => local(here.stage, until) - local(here.stage, from), one);
        const piece = here.pieces[places.piece];
        if (piece === undefined) {
          places = { stage: places.stage + 1, piece: 0, number: 0 };
          if (places.stage >= laid.length) grow();
          continue;
        }
        const endUs = piece.windows ? Math.min(piece.fromUs + (places.number + 1) * WINDOW_US, piece.untilUs) : piece.untilUs;
        if (isCounted(endUs)) return { piece, number: places.number };
        places = endUs < piece.untilUs ? { ...places, number: places.number + 1 } : { ...places, piece: places.piece + 1, number: 0 };
      }
    },
  };
}

/** Windows where a stream's rate is above 10/s; what the last full one leaves over is one, too, if an event fits into it, however the others fall. */
function piecesOf(
  { from, to, forUs }: Stage,
  startUs: number,
  of: number,
  areaOf: (fromUs: number, untilUs: number) => bigint,
  one: bigint,
): Piece[] {
  const level = 10 * of;
  const crossing = Number((BigInt(forUs) * (scaled(level) - scaled(from))) / (scaled(to) - scaled(from) || 1n));
  const exact = BigInt(forUs) * (scaled(level) - scaled(from)) === BigInt(crossing) * (scaled(to) - scaled(from));
  const [fast, slow] = [Math.max(from, to) > level, Math.min(from, to) < level];
  const fastFrom = !fast ? forUs : slow && from < to ? crossing + (exact ? 0 : 1) : 0;
  const fastUntil = fast && slow && from > to ? crossing : forUs;
  const full = fastFrom + Math.floor((fastUntil - fastFrom) / WINDOW_US) * WINDOW_US;
  const filled = areaOf(full, fastUntil) >= BigInt(of) * one ? fastUntil : full;
  return [
    { fromUs: 0, untilUs: fastFrom, windows: false },
    { fromUs: fastFrom, untilUs: filled, windows: true },
    { fromUs: filled, untilUs: fastUntil, windows: false },
    { fromUs: fastUntil, untilUs: forUs, windows: false },
  ]
    .filter(({ fromUs, untilUs }) => fromUs < untilUs)
    .map(({ fromUs, untilUs, windows }) => ({ fromUs: startUs + fromUs, untilUs: startUs + untilUs, windows }));
}

/** What a new pace waits before its first batch: its distance between batches, where it is densest. */
export function stepUs(pace: Pace): number {
  if (pace.kind === 'every') return pace.everyUs;
  if (pace.kind === 'unpaced') return 0;
  const peak = pace.kind === 'rate' ? pace.rate : Math.max(...pace.stages.flatMap(({ from, to }) => [from, to]));
  return peak === 0 ? 0 : peak / pace.of > 10 ? 100_000 : Math.floor((pace.of * 1e6) / peak);
}

/** One stream as operators shape it: batches that are fixed, and those that are still to come. */
export class NaiveStream {
  readonly made: NaiveBatch[] = [];
  private events = 0;
  private coming: Generator<Local>;
  private first: Local | null = null;
  /** Wall instant of schedule time 0, and of the pace's own. */
  private zeroUs: number;
  private originUs: number;
  private readonly draw: (number: number) => number;

  constructor(
    private pace: Pace,
    private readonly limits: Limits,
    seed: number,
    stream: number,
    startUs: number,
  ) {
    this.draw = drawOf(seed, stream);
    this.zeroUs = this.originUs = startUs;
    this.coming = batchesOf(pace, limits.forUs ?? FOREVER_US, this.draw);
  }

  /** Fixes all batches due at or before the instant, as far as they are within the limits; at most `most` in all. */
  advance(untilUs: number, most = Infinity): void {
    while (this.made.length < most) {
      const batch = this.cut();
      if (batch === null || batch.dueUs > untilUs) return;
      this.made.push(batch);
      this.events += batch.timesUs.length;
      this.first = null;
    }
  }

  hold(cutUs: number, resumeUs: number): void {
    this.advance(cutUs);
    const shift = Math.max(0, resumeUs - cutUs);
    this.zeroUs += shift;
    this.originUs += shift;
  }

  /** Answers what is never made. */
  skip(cutUs: number, nowUs: number): { batches: number; events: number } {
    this.advance(cutUs);
    return this.drop(this.over ? 0 : Infinity, nowUs);
  }

  /** Leaves out the next `most` instants, as far as they are not after `untilUs`; their numbers go to those that follow. */
  drop(most: number, untilUs = Infinity): { batches: number; events: number } {
    const passed = { batches: 0, events: 0 };
    while (passed.batches < most) {
      const next = this.next();
      if (next === null || next.dueUs + this.originUs > untilUs) return passed;
      passed.events += next.timesOf(this.made.length + passed.batches).length;
      passed.batches++;
      this.first = null;
    }
    return passed;
  }

  /** @param stepUs what the new pace waits before its first batch */
  change(pace: Pace, atUs: number, stepUs: number): void {
    this.advance(atUs);
    const tauUs = atUs - this.zeroUs;
    const origin = tauUs < 0 ? 0 : tauUs + stepUs;
    this.pace = pace;
    this.originUs = this.zeroUs + origin;
    this.first = null;
    this.coming = batchesOf(pace, (this.limits.forUs ?? FOREVER_US) - origin, this.draw);
  }

  /** True when nothing comes any more. */
  get over(): boolean {
    return this.next() === null;
  }

  /** The next batch, which the limit of events may have cut. */
  private cut(): NaiveBatch | null {
    const next = this.next();
    if (next === null) return null;
    const left = (this.limits.events ?? Infinity) - this.events;
    const timesUs = next
      .timesOf(this.made.length)
      .slice(0, left)
      .map((us) => us + this.originUs);
    return { dueUs: this.pace.kind === 'every' ? next.dueUs + this.originUs : (timesUs.at(-1) ?? 0), timesUs };
  }

  private next(): Local | null {
    if (this.made.length >= (this.limits.batches ?? Infinity) || this.events >= (this.limits.events ?? Infinity)) return null;
    if (this.first === null) {
      const step = this.coming.next();
      this.first = step.done === true ? null : step.value;
    }
    return this.first;
  }
}
