/** What is still to come in one life, earliest first; of the same instant, what was noted first. A handful of entries, and most of the time one or two: a chain takes a third of an array's room. */
export interface Dated {
  readonly atMs: number;
}

interface Link<T> {
  readonly entry: T;
  after: Link<T> | null;
}

export class Agenda<T extends Dated> {
  private first: Link<T> | null = null;

  add(entry: T): void {
    let [before, after]: [Link<T> | null, Link<T> | null] = [null, this.first];
    while (after !== null && after.entry.atMs <= entry.atMs) [before, after] = [after, after.after];
    const link = { entry, after };
    if (before === null) this.first = link;
    else before.after = link;
  }

  next(): T | undefined {
    const link = this.first;
    this.first = link?.after ?? null;
    return link?.entry;
  }
}
