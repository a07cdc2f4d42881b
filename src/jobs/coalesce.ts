/** At most one look a key and `ms`, however many ask: who asks meanwhile gets the answer of the look under way or of the last one. */
import { setTimeout as sleep } from 'node:timers/promises';

interface Look<T> {
  answer: Promise<T>;
  /** When it was over; Infinity while it is under way: then it is as young as can be. */
  at: number;
  /** Resolves when it has taken longer than anybody should wait who can have the last answer. */
  long: Promise<void>;
  /** It began soon after the last one: somebody asks all the time. Who asks now and then wants what is so now, and waits for it. */
  follows: boolean;
}

/** So long a look may take until who can do with the last answer gets that one. */
const PATIENCE_MS = 20;

export class Coalesced<T> {
  private readonly looks = new Map<string, Look<T>>();
  /** The last answers, for `soon`: of the time from the look's begin on, and when it was over. */
  private readonly seen = new Map<string, { value: T; from: number; at: number }>();

  /**
   * @param staleMs oldest answer that `soon` may give: an answer may be as old as the begin of its look
   * @param now a monotonic clock, milliseconds
   */
  constructor(
    private readonly ms: number,
    private readonly staleMs = 0,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get = (key: string, look: () => Promise<T>): Promise<T> => (this.young(key) ?? this.begin(key, look)).answer;

  /** As `get`; but for who asks all the time, where a look takes long (a server that is busy), the last answer. A failure is never covered up by an older answer for longer than one look. */
  soon(key: string, look: () => Promise<T>): Promise<T> {
    const { answer, long, at, follows } = this.young(key) ?? this.begin(key, look);
    const seen = this.seen.get(key);
    if (at !== Infinity || !follows || seen === undefined || this.now() - seen.from >= this.staleMs) return answer;
    return Promise.race([answer, long.then(() => seen.value)]);
  }

  /** A look that began now, whatever is under way: for who has just changed something. */
  fresh(key: string, look: () => Promise<T>): Promise<T> {
    this.seen.delete(key);
    return this.begin(key, look).answer;
  }

  private young(key: string): Look<T> | undefined {
    const known = this.looks.get(key);
    return known !== undefined && this.now() - known.at < this.ms ? known : undefined;
  }

  private begin(key: string, look: () => Promise<T>): Look<T> {
    const from = this.now();
    const follows = from - (this.seen.get(key)?.at ?? -Infinity) < 2 * this.ms;
    const entry = { at: Infinity, answer: look(), long: sleep(PATIENCE_MS, undefined, { ref: false }), follows };
    this.looks.set(key, entry);
    const isLast = () => this.looks.get(key) === entry;
    entry.answer.then(
      (value) => {
        entry.at = this.now();
        if (isLast() && this.staleMs > 0) this.remember(key, value, from);
        setTimeout(() => isLast() && this.looks.delete(key), this.ms).unref();
      },
      () => {
        // A failure is not kept.
        if (!isLast()) return;
        this.looks.delete(key);
        this.seen.delete(key);
      },
    );
    return entry;
  }

  private remember(key: string, value: T, from: number): void {
    const seen = { value, from, at: this.now() };
    this.seen.set(key, seen);
    setTimeout(() => this.seen.get(key) === seen && this.seen.delete(key), this.staleMs).unref();
  }
}
