/** At most one look a key and `ms`, however many ask: who asks meanwhile gets the answer of the look under way or of the last one. */
export class Coalesced<T> {
  private readonly looks = new Map<string, { at: number; answer: Promise<T> }>();

  /** @param now a monotonic clock, milliseconds */
  constructor(
    private readonly ms: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get(key: string, look: () => Promise<T>): Promise<T> {
    const known = this.looks.get(key);
    if (known !== undefined && this.now() - known.at < this.ms) return known.answer;
    return this.fresh(key, look);
  }

  /** A look that began now, whatever is under way: for who has just changed something. */
  fresh(key: string, look: () => Promise<T>): Promise<T> {
    const answer = look();
    const entry = { at: Infinity, answer };
    this.looks.set(key, entry);
    // While under way it is as young as can be; a failure is not kept.
    answer.then(
      () => {
        entry.at = this.now();
        this.forget(key, entry);
      },
      () => {
        if (this.looks.get(key) === entry) this.looks.delete(key);
      },
    );
    return answer;
  }

  private forget(key: string, entry: { at: number }): void {
    setTimeout(() => {
      if (this.looks.get(key) === entry) this.looks.delete(key);
    }, this.ms).unref();
  }
}
