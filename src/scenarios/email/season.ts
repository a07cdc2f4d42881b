/**
 * All recipients' timelines as one, in time order. The season is made page by page (a day each): every life goes on to the end of the page, and
 * what came of it is sorted. Some pages are kept, and where the lives stand; so memory does not grow with the season, and shards that are
 * some weeks apart share the work. All of that may be forgotten at any time: whoever asks for an earlier page begins again at the start.
 */
import { streamKey } from '../../fields/random';
import type { Identity } from '../scenario';
import { Calendar } from './campaigns';
import type { Happening } from './happening';
import { recipientOf, type Recipient } from './recipients';
import { Life } from './timeline';

/** Of the scenario: raised by any change of bytes. */
export const version = 1;

export const DAY_MS = 86_400_000;
const PAGE_MS = DAY_MS;
/** The room of so many entries, about 30 MB, is for lives and kept pages together: a season of the usual size is kept whole. */
const ROOM_ENTRIES = 100_000;
/** What a life takes of it. */
const LIFE_ENTRIES = 4;
/** Between two moments at which a worker may look after its other jobs. */
const LIVES_A_STEP = 16;

/** Something that happens, in its place: the `ordinal`-th thing in the recipient's life. */
export interface Entry {
  readonly recipient: Recipient;
  readonly ordinal: number;
  readonly happening: Happening;
}

interface Page {
  readonly entries: readonly Entry[];
  /** Entries of the season before this page. */
  readonly before: number;
}

/** A life and what it will bring next. */
interface Course {
  readonly life: Life;
  upcoming: Happening | undefined;
  ordinal: number;
}

export class Season {
  readonly startMs: number;
  private readonly kept = new Map<number, Page>();
  private readonly recipientsKey: Int32Array;
  private readonly calendar: Calendar;
  /** The page in the making, and how many recipients have lived through it. */
  private making = 0;
  private lived = 0;
  private entries: Entry[] = [];
  private before = 0;
  private courses: Course[] = [];

  constructor(
    identity: Identity,
    private readonly recipients: number,
  ) {
    this.startMs = Math.floor(identity.startUs / 1000);
    this.recipientsKey = seasonKey(identity, 'recipients');
    this.calendar = new Calendar(seasonKey(identity, 'campaigns'), this.startMs);
  }

  /**
   * What happens from `fromMs` until `untilMs`, which lie in one day of the season, in time order; yields now and then.
   * @returns with the number of the first entry in the season
   */
  *between(fromMs: number, untilMs: number): Generator<void, { entries: readonly Entry[]; before: number }, void> {
    const number = Math.floor((fromMs - this.startMs) / PAGE_MS);
    let page = this.kept.get(number);
    // Another fill may move the lives between two steps, and even on to a later page: each step looks anew.
    while (page === undefined) {
      this.step(number);
      yield;
      page = this.kept.get(number);
    }
    const [first, end] = [firstFrom(page.entries, fromMs), firstFrom(page.entries, untilMs)];
    return { entries: page.entries.slice(first, end), before: page.before + first };
  }

  /** Some recipients live through the page in the making, on the way to page `wanted`. */
  private step(wanted: number): void {
    if (this.making > wanted) this.restart();
    const untilMs = this.startMs + (this.making + 1) * PAGE_MS;
    const last = Math.min(this.lived + LIVES_A_STEP, this.recipients);
    while (this.lived < last) this.live((this.courses[this.lived] ??= this.begin(this.lived)), untilMs);
    if (this.lived === this.recipients) this.turn();
  }

  private live(course: Course, untilMs: number): void {
    while (course.upcoming !== undefined && course.upcoming.atMs < untilMs) {
      this.entries.push({ recipient: course.life.recipient, ordinal: course.ordinal++, happening: course.upcoming });
      course.upcoming = course.life.next();
    }
    this.lived++;
  }

  /** What happens to recipient `number` (from 0), who need not be one of this season's; without end, unless he is lost. */
  life(number: number): Life {
    return new Life(recipientOf(this.recipientsKey, this.startMs, number), this.calendar, this.startMs);
  }

  private begin(number: number): Course {
    const life = this.life(number);
    return { life, upcoming: life.next(), ordinal: 0 };
  }

  /** Keeps the page and goes on to the next. */
  private turn(): void {
    // The sort is stable: of the same millisecond, the recipient with the lower number comes first, and each in the order of his life.
    this.entries.sort((a, b) => a.happening.atMs - b.happening.atMs);
    this.kept.delete(this.making);
    this.kept.set(this.making, { entries: this.entries, before: this.before });
    let kept = [...this.kept.values()].reduce((sum, { entries }) => sum + entries.length, 0);
    for (const [number, { entries }] of this.kept) {
      if (number === this.making || kept <= ROOM_ENTRIES - LIFE_ENTRIES * this.recipients) break;
      this.kept.delete(number);
      kept -= entries.length;
    }
    this.before += this.entries.length;
    this.entries = [];
    this.making++;
    this.lived = 0;
  }

  private restart(): void {
    [this.making, this.lived, this.before] = [0, 0, 0];
    [this.entries, this.courses] = [[], []];
  }
}

/** Keys of what is drawn. Options are left out: a recipient's life does not depend on how many others there are, or on how long one looks. */
export const seasonKey = (identity: Identity, stream: string): Int32Array =>
  streamKey({ ...identity, scenario: { name: 'email', version, options: {} }, stream });

/** Number of the first entry at or after the instant, by halving. */
function firstFrom(entries: readonly Entry[], atMs: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.happening.atMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
